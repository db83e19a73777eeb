// From the signal on every request gets a proper 503 with Connection: close; it never exits.
let draining = false
require('http').createServer((request, response) => {
  if (draining) {
    response.writeHead(503, { Connection: 'close' })
    return response.end()
  }
  setTimeout(() => response.end('ok'), +(/ms=(\d+)/.exec(request.url)?.[1] ?? 0))
}).listen(+process.env.PORT, '127.0.0.1')
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => { draining = true })
