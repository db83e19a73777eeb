// Readiness should turn before the listener closes; this one closes first.
let draining = false
const server = require('http').createServer((request, response) => {
  if (draining) response.setHeader('Connection', 'close')
  if (request.url === '/readyz') {
    response.statusCode = draining ? 503 : 200
    return response.end('ready')
  }
  setTimeout(() => response.end('ok'), +(/ms=(\d+)/.exec(request.url)?.[1] ?? 0))
}).listen(+process.env.PORT, '127.0.0.1')
process.on('SIGTERM', () => {
  draining = true
  setTimeout(() => {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  }, 0)
})
