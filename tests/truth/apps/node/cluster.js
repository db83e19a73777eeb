// node:cluster, two workers; the primary passes the signal on, each worker closes its server.
'use strict';
const cluster = require('node:cluster');
const http = require('node:http');
const { app, port } = require('./app.js');
if (cluster.isPrimary) {
  for (let i = 0; i < 2; i++) cluster.fork();
  process.on('SIGTERM', () => cluster.disconnect(() => process.exit(0)));
} else {
  http.createServer(app).listen(port, '127.0.0.1');
}
