// server.close(), and the kept-alive connections that are idle at that moment as well.
'use strict';
const server = require('./app').start();

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
