// What most tutorials end with: stop listening, and exit when the last connection is gone.
'use strict';
const server = require('./app').start();

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
});
