// What all Node set-ups serve, as a plain (request, response) function.
'use strict';
const large = Buffer.alloc(4 << 20, 'x');

function parts(response, number, pause) {
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  const tick = setInterval(() => {
    response.write('part\n');
    if (--number <= 0) { clearInterval(tick); response.end(); }
  }, pause);
  response.on('close', () => clearInterval(tick));
}

function upload(request, response) {
  let size = 0;
  request.on('data', (part) => { size += part.length; });
  request.on('end', () => response.end(`${size} bytes\n`));
}

function app(request, response) {
  const url = new URL(request.url, 'http://truth');
  const asked = (name, otherwise) => Number(url.searchParams.get(name) ?? otherwise);
  switch (url.pathname) {
    case '/slow':
      request.resume();
      setTimeout(() => response.end('done\n'), asked('ms', 1000));
      break;
    case '/upload': upload(request, response); break;
    case '/ready': response.end('ready\n'); break;
    case '/large': response.end(large); break;
    case '/stream': parts(response, asked('n', 10), asked('ms', 100)); break;
    case '/events': parts(response, Infinity, 100); break;
    default: response.end('hello\n');
  }
}
module.exports = { app, port: Number(process.env.PORT) };
