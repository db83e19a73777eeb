// What the careful page does not do: the naive one loses orders, doubles them, moves, and blocks.
import { assert, at, Lock, open, order, picture, saysUntil, streaming, until } from './kit.mjs';

export async function theNaivePageLosesWhatItCannotSend(browser, server) {
  const page = await open(browser, server, { address: '/?naive' });
  await streaming(page);
  await order(page, 'first');
  await server.signal('SIGKILL');
  await order(page, 'lost', null);
  await saysUntil(page, 'said', 'Not ordered: there is no connection to the server');
  await picture(page, 'naive-lost');
  await assert.rejects(page.reload()); // and the page itself is gone
  await page.waitForURL('chrome-error://chromewebdata/');
  await server.start();
  await page.goto(`${server.url}/?naive`);
  await page.locator('[data-test=orders] li').first().waitFor();
  assert.equal(await page.inputValue('#item'), '');
  assert.deepEqual(await server.items(), ['first']);
}

export async function theNaivePageDoublesWhatIsClickedTwice(browser, server) {
  const page = await open(browser, server, { address: '/?naive' });
  await streaming(page);
  await order(page, 'first');
  const lock = await new Lock(server).taken();
  const before = await server.inFlight();
  await page.fill('#item', 'twice');
  for (let click = 0; click < 2; click++) await at(page, 'send').click();
  await until('both are in flight', async () => await server.inFlight() >= before + 2);
  await lock.release();
  await saysUntil(page, 'said', 'Ordered: twice');
  await until('both are there', async () => (await server.items()).length === 3);
  assert.deepEqual(await server.items(), ['first', 'twice', 'twice']);
  await picture(page, 'naive-doubled');
}

export async function theNaivePageMovesAndBlocks(browser, server) {
  const page = await open(browser, server, { address: '/?naive' });
  await page.waitForFunction(() => window.seen.tasks.length > 0 && window.seen.shifts.length >= 2);
  const { tasks, shifts } = await page.evaluate(() => window.seen);
  assert.ok(Math.max(...tasks) > 50, `tasks ${tasks}`);
  const moved = shifts.reduce((sum, { value }) => sum + value, 0);
  assert.ok(moved > 0.01, `shift ${moved}`);
  console.log(`# naive: layout shift ${moved.toFixed(3)}, longest task ${Math.max(...tasks)} ms`);
}
