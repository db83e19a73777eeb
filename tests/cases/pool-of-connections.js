// A server with a pool of connections to a database: "node pool-of-connections.js database [SOCKET]" is
// the database, which says its port or its Unix socket and answers "N" after N ms; else the server, to
// DATABASE. What it does with its pool at the signal is MODE: "first" (before the answers), "last", or
// "never".
const net = require('net'), http = require('http')
if (process.argv[2] === 'database') {
  const s = net.createServer(c => {
    c.on('data', d => setTimeout(() => c.write('row\n'), +d)).on('error', () => {})
  })
  if (process.argv[3]) s.listen(process.argv[3], () => console.log(process.argv[3]))
  else s.listen(0, '127.0.0.1', () => console.log(s.address().port))
} else {
  const pool = Array.from({ length: 30 }, () => {
    const at = process.env.DATABASE
    return at[0] === '/' ? net.connect(at) : net.connect(+at, '127.0.0.1')
  })
  let next = 0
  const query = ms => new Promise((resolve, reject) => {
    const c = pool[next++ % pool.length]
    c.once('data', resolve).once('close', reject)
    c.write(String(ms))
  })
  const end = () => pool.forEach(c => c.destroy())
  const app = http.createServer((q, r) => {
    const ms = /ms=(\d+)/.exec(q.url)
    q.resume()
    if (app.draining) r.setHeader('Connection', 'close')
    if (!ms) return r.end('ok')
    query(+ms[1]).then(() => r.end('row'), () => { r.statusCode = 500; r.end('no database') })
  }).listen(+process.env.PORT)
  for (const s of ['SIGTERM', 'SIGINT']) process.on(s, () => {
    app.draining = true
    app.close(() => {
      if (process.env.MODE === 'never') process.exit(0)
      end()
      setTimeout(() => process.exit(0), 100)
    })
    app.closeIdleConnections()
    setTimeout(() => app.closeAllConnections(), 1200)
    if (process.env.MODE === 'first') setTimeout(end, 200)
  })
}
