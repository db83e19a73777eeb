// node:http. http.js close: server.close() at the signal; close-idle: and the idle connections;
// exit: process.exit() at the signal; nothing: no handler.
'use strict';
const http = require('node:http');
const { app, port } = require('./app.js');
const server = http.createServer(app).listen(port, '127.0.0.1');
const how = process.argv[2];
if (how === 'exit') process.on('SIGTERM', () => process.exit(0));
if (how === 'close' || how === 'close-idle') {
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0));
    if (how === 'close-idle') server.closeIdleConnections();
  });
}
