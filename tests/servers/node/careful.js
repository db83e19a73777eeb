// A Node service that loses no request when it is told to stop. SIGTERM drains it; SIGUSR1 announces
// a shutdown in NOTICE_MS (5 minutes), and SIGUSR2 calls it off.
'use strict';
const http = require('http');
const app = require('./app');
const health = require('./health');

const GO_ON = 2000; // ms: accept this long after the signal, until the load balancer knows
const FINISH = 7000; // then let requests finish; GO_ON + FINISH is less than the platform's grace

const routes = { '/ready': health.ready, '/actuator/health': health.answer };
const server = http.createServer((req, res) => {
  health.headers(req, res);
  (routes[req.url] ?? app.handle)(req, res);
});

// Node does not count a connection that never sent anything as idle, so close() would wait for it.
const silent = new Set();
server.on('connection', (socket) => {
  silent.add(socket);
  socket.once('close', () => silent.delete(socket));
});
server.on('request', (req) => silent.delete(req.socket));

let draining = false;
function drain() {
  if (draining) return;
  draining = true;
  health.drain();
  setTimeout(() => {
    // close() closes the idle connections too, from Node 19 on; here db.end() and the like follow
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    // not at once: what has just been accepted may be about to be read
    setTimeout(() => { for (const socket of silent) socket.destroy(); }, 1000);
    setTimeout(() => {
      console.error('requests were cut off at the limit');
      process.exit(1);
    }, FINISH).unref();
  }, GO_ON);
}

process.on('SIGTERM', drain);
process.on('SIGINT', drain);
process.on('SIGUSR1', () => health.plan(Number(process.env.NOTICE_MS ?? 300000), drain));
process.on('SIGUSR2', health.callOff);
server.listen(Number(process.env.PORT), '127.0.0.1',
  () => console.log(`listening on ${server.address().port}`));
