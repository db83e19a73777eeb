// One port at two addresses (as nginx's "listen 80; listen [::]:80"): two sockets, no SO_REUSEPORT.
const handler = (request, response) => {
  const ms = +(/ms=(\d+)/.exec(request.url)?.[1] ?? 0)
  setTimeout(() => { response.setHeader('Connection', 'close'); response.end('ok') }, ms)
}
const http = require('http')
const four = http.createServer(handler), six = http.createServer(handler)
four.listen(+process.env.PORT, '127.0.0.1')
six.listen({ port: +process.env.PORT, host: '::1', ipv6Only: true })
process.on('SIGTERM', () => {
  four.close()
  setTimeout(() => process.exit(0), 1500) // ::1 goes on listening until then
})
