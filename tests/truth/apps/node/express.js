// Express. plain: server.close(); terminator, stoppable, terminus: with that library, as its page shows.
'use strict';
const http = require('node:http');
const express = require('express');
const { app, port } = require('./app.js');
const how = process.argv[2];
const web = express();
web.use(app);
let server = http.createServer(web);
if (how === 'stoppable') server = require('stoppable')(server, 10000);
if (how === 'terminus') require('@godaddy/terminus').createTerminus(server, { signal: 'SIGTERM' });
server.listen(port, '127.0.0.1');
if (how === 'plain') process.on('SIGTERM', () => server.close(() => process.exit(0)));
if (how === 'stoppable') process.on('SIGTERM', () => server.stop(() => process.exit(0)));
if (how === 'terminator') {
  const terminator = require('http-terminator').createHttpTerminator({ server });
  process.on('SIGTERM', async () => { await terminator.terminate(); process.exit(0); });
}
