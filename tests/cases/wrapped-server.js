// A server behind a shell: it drains, and a silent connection holds it until LIMIT (3 s).
const server = require('http').createServer((request, response) => {
  const ms = /ms=(\d+)/.exec(request.url)
  setTimeout(() => {
    if (server.draining) response.setHeader('Connection', 'close')
    response.end('ok')
  }, ms ? +ms[1] : 0)
})
server.listen(+process.env.PORT)
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    if (server.draining) return
    server.draining = true
    server.close(() => process.exit(0))
    server.closeIdleConnections()
    setTimeout(() => process.exit(0), process.env.LIMIT || 3000)
  })
}
