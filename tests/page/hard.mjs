// The careful page where the browser gives less than it should, or the outage is long.
import { assert, at, calm, ELSEWHERE, keptUntil, open, order, picture, saysUntil, streaming, unsent, until, upUntil } from './kit.mjs';

export async function aBrowserThatDeniesStorageStillOrders(browser, server) {
  const before = () => {
    const deny = () => { throw new DOMException('denied', 'SecurityError'); };
    IDBFactory.prototype.open = deny;
    Object.defineProperty(window, 'sessionStorage', { get: deny });
    Object.defineProperty(window, 'localStorage', { get: deny });
    delete Navigator.prototype.serviceWorker;
  };
  const page = await open(browser, server, { before });
  await streaming(page);
  await at(page, 'memory').waitFor();
  await order(page, 'one');
  await server.signal('SIGKILL');
  await page.locator('.strip.gone').waitFor();
  await order(page, 'two', 'Kept');
  await unsent(page, 1);
  await picture(page, 'storage-denied');
  await server.start();
  await unsent(page, 0);
  assert.deepEqual(await server.items(), ['one', 'two']);
  assert.deepEqual(page.trouble, []);
}

export async function aBrowserThatIsFullSaysSo(browser, server) {
  const before = () => {
    IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); };
  };
  const page = await open(browser, server, { before });
  await upUntil(page);
  await page.fill('#item', 'does not fit');
  await at(page, 'send').click();
  await saysUntil(page, 'said', 'Not ordered: this browser has no room to keep it');
  assert.equal(await page.inputValue('#item'), 'does not fit');
  assert.equal(await at(page, 'send').getAttribute('aria-disabled'), 'false');
  assert.deepEqual(await server.items(), []);
}

// Another host without https: no service worker, no Web Locks, no crypto.randomUUID.
export async function onPlainHttpFromElsewhereItOrdersToo(browser, server) {
  const page = await open(browser, { url: `http://${ELSEWHERE}:${server.port}` });
  assert.equal(await page.evaluate(() => window.isSecureContext), false);
  await streaming(page);
  await order(page, 'one');
  await server.signal('SIGKILL');
  await page.locator('.strip.gone').waitFor();
  await order(page, 'two', 'Kept');
  await server.start();
  await unsent(page, 0);
  assert.deepEqual(await server.items(), ['one', 'two']);
  await page.getByRole('link', { name: 'Status', exact: true }).click();
  await saysUntil(page, 'status', 'no: this browser does not allow it here');
  assert.deepEqual(page.trouble, []);
}

export async function aClockThatIsFarOffCountsDownAllTheSame(browser, server) {
  const before = () => {
    const real = Date.now;
    Date.now = () => real() + 400 * 24 * 3600 * 1000;
  };
  const page = await open(browser, server, { before });
  await streaming(page);
  await server.controls('POST', '/notice?in=10m');
  await page.locator('.strip.notice').waitFor();
  assert.match(await at(page, 'countdown').innerText(), /^(10:00|9:5\d)$/);
}

const NUMBERS = Array.from({ length: 100 }, (_, k) => `order ${k + 1}`);

// As the page keeps them, without a hundred turns through its form.
const fill = (items) => new Promise((done, fail) => {
  const asked = indexedDB.open('drainctl-orders', 1);
  asked.onerror = fail;
  asked.onsuccess = () => {
    const change = asked.result.transaction('waiting', 'readwrite');
    for (const item of items)
      change.objectStore('waiting').add({ key: crypto.randomUUID(), item, attempts: 0, failures: 0, touched: false, refused: '' });
    change.oncomplete = done;
  };
});

export async function aLongOutageFillsTheQueue(browser, server) {
  const page = await open(browser, server);
  await streaming(page);
  await keptUntil(page);
  await until('the list is kept', () => page.evaluate(async () => (await caches.match('/api/orders')) !== undefined));
  await server.signal('SIGKILL');
  await page.locator('.strip.gone').waitFor();
  await page.evaluate(fill, NUMBERS);
  await page.reload();
  await unsent(page, 100);
  await page.getByText('No orders yet.').waitFor(); // the list as it was, though it was read once only
  await page.fill('#item', 'one too many');
  await at(page, 'send').click();
  await saysUntil(page, 'said', 'Not ordered: 100 orders wait already');
  assert.equal(await page.inputValue('#item'), 'one too many');
  await picture(page, 'queue-full');
  await server.start();
  await unsent(page, 0);
  assert.deepEqual(await server.items(), NUMBERS);
}

export async function aStatusThatIsNoJsonIsTrouble(browser, server) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  let broken = true;
  await context.route('**/actuator/health', (route) =>
    (broken ? route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>It works!</h1>' }) : route.continue()));
  const page = await open(browser, server, { context });
  await saysUntil(page, 'strip', 'its status cannot be read');
  const polled = page.waitForRequest('**/actuator/health');
  await page.getByRole('button', { name: 'Try again' }).click();
  await polled;
  broken = false;
  await page.getByRole('link', { name: 'Status', exact: true }).click();
  await page.getByRole('button', { name: 'Ask now' }).click(); // unless something else made the page ask before
  await upUntil(page);
  await calm(page);
}

export async function anOrderThatIsRefusedIsShown(browser, server) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  let status = 422;
  await context.route('**/api/orders', (route) => (route.request().method() === 'POST' && status
    ? route.fulfill({ status, contentType: 'application/json', body: '{"error":"no tea today"}' }) : route.continue()));
  const page = await open(browser, server, { context });
  await upUntil(page);
  await order(page, 'tea', null);
  await saysUntil(page, 'said', 'Not ordered: no tea today');
  await saysUntil(page, 'queue', 'not ordered: no tea today');
  await page.getByRole('button', { name: 'Discard tea' }).click();
  await unsent(page, 0);
  status = 401; // whoever logs in again has the order still
  await order(page, 'coffee', 'Kept');
  await unsent(page, 1);
  status = 0;
  await until('it is delivered', async () => (await server.items()).length === 1);
  await unsent(page, 0);
}

// Nothing else tells this page that the server is back: no stream, and an hour to the next look at its status.
const deaf = () => {
  window.EventSource = class { addEventListener() {} close() {} };
  const real = window.fetch;
  window.fetch = (what, how) => (what === '/config.json' ? Promise.resolve(new Response('{"pollSeconds":3600}')) : real(what, how));
};

// A headless Chromium fires no sync event of its own, as it never sees the network go: DevTools do.
export async function aSyncEventWakesThePage(browser, server) {
  const page = await open(browser, server, { before: deaf });
  await upUntil(page);
  await keptUntil(page);
  const tools = await page.context().newCDPSession(page);
  const known = new Promise((done) => {
    tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => { if (first) done(first.registrationId); });
  });
  await tools.send('ServiceWorker.enable');
  await server.signal('SIGKILL');
  await order(page, 'kept', 'Kept');
  await server.start();
  assert.deepEqual(await server.items(), []);
  assert.equal(await at(page, 'unsent').innerText(), '1');
  await tools.send('ServiceWorker.dispatchSyncEvent', { origin: server.url, registrationId: await known, tag: 'orders', lastChance: false });
  await unsent(page, 0);
  assert.deepEqual(await server.items(), ['kept']);
}
