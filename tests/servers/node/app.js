// The application that the Node servers share: each differs only in what it does on SIGTERM.
'use strict';
const http = require('http');

function slow(req, res, url) {
  const ms = Number(url.searchParams.get('ms') ?? 1500);
  req.resume();
  setTimeout(() => res.end('done\n'), ms);
}

function upload(req, res) {
  let bytes = 0;
  req.on('data', (chunk) => { bytes += chunk.length; });
  req.on('end', () => res.end(`${bytes} bytes\n`));
}

const routes = {
  '/': (req, res) => res.end('hello\n'),
  '/ready': (req, res) => res.end('ready\n'),
  '/slow': slow,
  '/upload': upload,
};

function handle(req, res) {
  const url = new URL(req.url, 'http://localhost');
  const route = routes[url.pathname];
  if (route) return route(req, res, url);
  res.statusCode = 404;
  res.end('not found\n');
}

exports.handle = handle;
exports.start = () => http.createServer(handle).listen(Number(process.env.PORT), '127.0.0.1');
