// server.close() and a timer that is shorter than the slow handler: what is still running is cut off.
'use strict';
const server = require('./app').start();

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  setTimeout(() => process.exit(1), 1000);
});
