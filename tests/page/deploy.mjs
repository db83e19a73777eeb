// A new build of the page is deployed under one that is open: the old one goes on, and offers the new one.
import { createServer, request } from 'node:http';
import { assert, at, keptUntil, open, order, picture, streaming, unsent, until, upUntil } from './kit.mjs';

const read = async (stream) => { let text = ''; for await (const piece of stream) text += piece; return text; };

// Stands before drainctl and, once `deployed`, gives out its page under other names, as the next build would be: the
// old names are gone then.
class Build {
  constructor(server, script) {
    this.server = server;
    this.old = script;
    this.new = script.replace(/-[^-]*\.js$/, '-nextbuild.js');
    this.deployed = false;
    this.sockets = new Set();
    this.front = createServer((asked, answer) => this.pass(asked, answer));
    this.front.on('connection', (socket) => this.sockets.add(socket));
  }

  async start() {
    await new Promise((done) => { this.front.listen(0, '127.0.0.1', done); });
    this.url = `http://127.0.0.1:${this.front.address().port}`;
    return this;
  }

  pass(asked, answer) {
    if (this.deployed && asked.url === this.old) return void answer.writeHead(404).end();
    const next = asked.url === this.new, { 'accept-encoding': _, 'if-none-match': __, ...headers } = asked.headers;
    const behind = request(this.server.url + (next ? this.old : asked.url), { method: asked.method, headers },
      (found) => this.answer(asked.url, next, found, answer));
    behind.on('error', () => answer.destroy());
    asked.pipe(behind);
  }

  async answer(url, next, found, answer) {
    const rewrites = this.deployed && (next || ['/', '/sw.js'].includes(url));
    if (!rewrites) {
      answer.writeHead(found.statusCode, found.headers);
      return void found.pipe(answer);
    }
    const text = (await read(found)).replaceAll(this.old, this.new);
    const { 'content-length': _, etag: __, ...headers } = found.headers;
    answer.writeHead(200, headers).end(next ? `document.documentElement.dataset.build = 'next';\n${text}` : text);
  }

  end() {
    this.front.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

export async function aNewBuildIsOfferedAndTakesNothingAway(browser, server) {
  const [script] = (await (await fetch(server.url)).text()).match(/\/assets\/index-[^"]*\.js/);
  const build = await new Build(server, script).start();
  const buildOf = (page) => page.evaluate(() => document.documentElement.dataset.build);
  try {
    const page = await open(browser, build);
    await keptUntil(page);
    await streaming(page);
    build.deployed = true;
    assert.equal((await fetch(build.url + script)).status, 404);
    await order(page, 'on the old page');
    await page.fill('#item', 'half typed');
    await page.reload(); // looks for a new version, and is still the old one
    await at(page, 'offer').waitFor();
    assert.equal(await buildOf(page), undefined);
    assert.equal(await page.inputValue('#item'), 'half typed');
    await picture(page, 'new-version');
    await order(page, 'still on the old page');
    await page.fill('#item', 'half typed again');
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.waitForFunction(() => document.documentElement.dataset.build === 'next');
    await upUntil(page);
    assert.equal(await page.inputValue('#item'), 'half typed again');
    assert.equal(await at(page, 'offer').count(), 0);
    await order(page, 'on the new page');
    await unsent(page, 0);
    assert.deepEqual(await server.items(), ['on the old page', 'still on the old page', 'on the new page']);
    assert.deepEqual(page.trouble, []);
  } finally {
    build.end();
  }
}

// Without a service worker that keeps the whole page, a part that is loaded later can be gone.
export async function aPartThatIsGoneIsANewVersion(browser, server) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const gone = '**/assets/faults-*.js';
  await context.route(gone, (route) => route.fulfill({ status: 404, contentType: 'text/plain', body: 'no such file' }));
  const page = await open(browser, server, { context, address: '/?without=calm' });
  await page.fill('#item', 'half typed');
  await at(page, 'offer').waitFor();
  assert.deepEqual(page.trouble, []);
  await order(page, 'half typed'); // it goes on
  await page.fill('#item', 'typed again');
  await context.unroute(gone);
  const asked = page.waitForRequest(gone);
  await page.getByRole('button', { name: 'Use it' }).click();
  await asked;
  await upUntil(page);
  assert.equal(await page.inputValue('#item'), 'typed again');
  assert.equal(await at(page, 'offer').count(), 0);
  await context.route(gone, (route) => route.abort());
  const naive = await open(browser, server, { context, address: '/?naive' });
  await until('the naive page breaks', () => naive.trouble.length > 0);
  assert.match(naive.trouble[0], /dynamically imported module/);
  assert.equal(await at(naive, 'offer').count(), 0);
}
