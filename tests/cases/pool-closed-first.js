// The pool is released at the signal: requests that still run lose it, and answer 500.
const pool = { open: true }
const server = require('http').createServer((request, response) => {
  const ms = /ms=(\d+)/.exec(request.url)
  if (!ms) return response.end('ok')
  setTimeout(() => {
    response.statusCode = pool.open ? 200 : 500
    response.end('rows')
  }, +ms[1])
})
server.listen(process.env.PORT)
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    pool.open = false
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  })
}
