// Idle connections are closed at the signal; silent ones and subscriptions hold it until its limit.
const server = require('http').createServer((request, response) => {
  if (server.draining) response.setHeader('Connection', 'close')
  if (request.url === '/events') {
    response.write('data: 0\n\n')
    const timer = setInterval(() => response.write('data: 1\n\n'), 200)
    return response.on('close', () => clearInterval(timer))
  }
  const ms = /ms=(\d+)/.exec(request.url)
  setTimeout(() => response.end('ok'), ms ? +ms[1] : 0)
})
server.listen(process.env.PORT)
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    if (server.draining) return
    server.draining = true
    server.close(() => process.exit(0))
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 2200)
  })
}
