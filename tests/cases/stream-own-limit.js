// Closes everything but streams at once; those are cut by a limit of its own.
let draining = false
const open = new Map() // connection: is it a stream?
const server = require('http').createServer((request, response) => {
  open.set(request.socket, request.url === '/events')
  if (draining) response.setHeader('Connection', 'close')
  if (request.url === '/events') {
    const timer = setInterval(() => response.write('data: 1\n\n'), 100)
    response.write('data: 0\n\n')
    return response.on('close', () => clearInterval(timer))
  }
  setTimeout(() => {
    if (draining && !response.headersSent) response.setHeader('Connection', 'close')
    response.end('ok')
  }, +(/ms=(\d+)/.exec(request.url)?.[1] ?? 0))
})
server.on('connection', (connection) => {
  open.set(connection, false)
  connection.on('close', () => open.delete(connection))
})
server.listen(+process.env.PORT, '127.0.0.1')
process.on('SIGTERM', () => {
  draining = true
  server.close(() => process.exit(0))
  for (const connection of open.keys()) if (!connection.bytesRead) connection.destroy()
  server.closeIdleConnections()
  setTimeout(() => {
    console.log('limit: closing the streams that are left')
    server.closeAllConnections()
  }, 2500)
})
