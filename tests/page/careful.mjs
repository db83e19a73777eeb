// The careful page through the ways in which a server goes away.
import { assert, at, calm, keptUntil, Lock, open, order, picture, saysUntil, streaming, unsent, until, upUntil, waiting } from './kit.mjs';

export async function anOrderInFlightThroughSigtermArrivesOnce(browser, server) {
  const page = await open(browser, server);
  await streaming(page);
  await order(page, 'first'); // the database is open from now on
  const lock = await new Lock(server).taken();
  const before = await server.inFlight();
  await order(page, 'in flight', null);
  await saysUntil(page, 'said', 'Sending: in flight');
  await until('the order is in flight', async () => await server.inFlight() > before);
  server.process.kill('SIGTERM');
  await until('the server drains', async () => (await fetch(`${server.url}/ready`).catch(() => null))?.status !== 200);
  await lock.release();
  await saysUntil(page, 'said', 'Ordered: in flight');
  assert.equal(await server.exit, 0);
  await server.start();
  await upUntil(page);
  await unsent(page, 0);
  assert.deepEqual(await server.items(), ['first', 'in flight']);
  await picture(page, 'in-flight');
  await calm(page);
}

export async function aNoticeIsCountedDownAndTheButtonGreysOut(browser, server) {
  const page = await open(browser, server);
  await streaming(page);
  await upUntil(page);
  await server.controls('POST', '/notice?in=10m');
  await page.locator('.strip.notice').waitFor();
  assert.match(await at(page, 'countdown').innerText(), /^(10:00|9:5\d)$/);
  await order(page, 'still in time');
  await server.controls('POST', '/notice?in=50s');
  await saysUntil(page, 'reason', 'Upgrade in progress, try again shortly');
  assert.equal(await at(page, 'send').getAttribute('aria-disabled'), 'true');
  assert.equal(await at(page, 'send').getAttribute('title'), 'Upgrade in progress, try again shortly');
  const first = await at(page, 'countdown').innerText();
  await until('the clock counts', async () => await at(page, 'countdown').innerText() < first);
  await page.fill('#item', 'too late');
  await at(page, 'send').click({ force: true });
  assert.deepEqual(await server.items(), ['still in time']);
  await picture(page, 'notice');
  await server.controls('DELETE', '/notice');
  await upUntil(page);
  await order(page, 'after all');
  assert.deepEqual(await server.items(), ['still in time', 'after all']);
  await calm(page);
}

export async function threeOrdersOutliveAKillAndAReload(browser, server) {
  const page = await open(browser, server);
  await streaming(page);
  await keptUntil(page);
  await order(page, 'before');
  await server.signal('SIGKILL');
  await page.locator('.strip.gone').waitFor();
  await page.fill('#item', 'typed, not sent');
  for (const item of ['one', 'two', 'three']) await order(page, item, 'Kept');
  await unsent(page, 3);
  await picture(page, 'gone');
  await page.fill('#item', 'typed, not sent');
  await calm(page);
  await page.reload();
  await unsent(page, 3);
  assert.deepEqual(await waiting(page), ['one', 'two', 'three']);
  assert.equal(await page.inputValue('#item'), 'typed, not sent');
  await page.locator('.strip.gone').waitFor();
  await picture(page, 'gone-reloaded');
  await server.start();
  await unsent(page, 0);
  await upUntil(page);
  assert.deepEqual(await server.items(), ['before', 'one', 'two', 'three']);
  await page.locator('[data-test=orders] li', { hasText: 'three' }).waitFor();
  await picture(page, 'delivered');
  await calm(page);
}

export async function whatWaitsCanBeChangedAndDiscarded(browser, server) {
  const page = await open(browser, server);
  await streaming(page);
  await keptUntil(page);
  await server.signal('SIGKILL');
  await page.locator('.strip.gone').waitFor();
  for (const item of ['tea', 'mistake', 'coffee']) await order(page, item, 'Kept');
  await page.getByRole('button', { name: 'Discard mistake' }).click();
  await unsent(page, 2);
  await page.getByRole('button', { name: 'Edit tea' }).click();
  await page.getByLabel('Change tea').fill('green tea');
  await page.getByRole('button', { name: 'Save' }).click();
  await until('it is changed', async () => (await waiting(page))[0] === 'green tea');
  await server.start();
  await unsent(page, 0);
  assert.deepEqual(await server.items(), ['green tea', 'coffee']);
}

export async function twoTabsHaveOneQueue(browser, server) {
  const one = await open(browser, server);
  await keptUntil(one);
  const two = await open(browser, server, { context: one.context() });
  for (const page of [one, two]) await streaming(page);
  await server.signal('SIGKILL');
  for (const page of [one, two]) await page.locator('.strip.gone').waitFor();
  await order(one, 'from one', 'Kept');
  await order(two, 'from two', 'Kept');
  await order(one, 'from one again', 'Kept');
  for (const page of [one, two]) await unsent(page, 3);
  const posts = [];
  for (const page of [one, two])
    page.on('request', (request) => { if (request.method() === 'POST') posts.push(request.postDataJSON().item); });
  await server.start();
  for (const page of [one, two]) await unsent(page, 0);
  const all = ['from one', 'from two', 'from one again'];
  assert.deepEqual(await server.items(), all);
  assert.deepEqual(posts, all); // not only counted once: sent once
  await picture(two, 'two-tabs');
}

export async function aReloadInTheMiddleOfAnOrderMakesOneOrder(browser, server) {
  const page = await open(browser, server);
  await keptUntil(page);
  await streaming(page);
  await order(page, 'first');
  const lock = await new Lock(server).taken();
  const posted = page.waitForRequest((request) => request.method() === 'POST');
  await order(page, 'in the middle', null);
  await posted;
  await page.reload();
  await unsent(page, 1);
  await lock.release();
  await unsent(page, 0);
  assert.deepEqual(await server.items(), ['first', 'in the middle']);
}

export async function aTabThatIsClosedLeavesItsOrderToTheOthers(browser, server) {
  const one = await open(browser, server);
  await keptUntil(one);
  const two = await open(browser, server, { context: one.context() });
  await streaming(two);
  await order(one, 'first');
  const lock = await new Lock(server).taken();
  const posted = one.waitForRequest((request) => request.method() === 'POST');
  await order(one, 'left behind', null);
  await posted;
  await one.close();
  await unsent(two, 1);
  await lock.release();
  await two.goto(`${server.url}/#/status`);
  await two.getByRole('button', { name: 'Ask now' }).click();
  await two.goto(`${server.url}/#/orders`);
  await unsent(two, 0);
  assert.deepEqual(await server.items(), ['first', 'left behind']);
}

export async function theStreamComesBackAfterADrain(browser, server) {
  const page = await open(browser, server);
  await streaming(page);
  assert.equal(await server.signal('SIGTERM'), 0);
  await saysUntil(page, 'stream', 'waiting');
  await page.locator('[data-test=events] .shutdown').waitFor();
  await server.start();
  await streaming(page);
  await upUntil(page);
  await page.locator('[data-test=events] .tick').first().waitFor();
  await calm(page);
}

export async function impatientClicksMakeOneOrder(browser, server) {
  const page = await open(browser, server);
  await streaming(page);
  await order(page, 'first');
  const lock = await new Lock(server).taken();
  await page.fill('#item', 'only one');
  for (let click = 0; click < 5; click++) await at(page, 'send').click({ force: true });
  await saysUntil(page, 'reason', 'Your order is under way');
  await picture(page, 'waiting');
  await lock.release();
  await saysUntil(page, 'said', 'Ordered: only one');
  assert.deepEqual(await server.items(), ['first', 'only one']);
  await calm(page);
}
