// How the page looks and feels: nothing moves, nothing blocks, everybody can use it, and it is small.
import { readFileSync, writeFileSync } from 'node:fs';
import { assert, axeSource } from '../web/kit.mjs';
import { at, calm, keptUntil, open, order, saysUntil, streaming, unsent, upUntil } from './kit.mjs';
import { compared } from './pixels.mjs';

// What a screen reader finds, kept beside this file and compared: pixels differ between machines, this does not.
// Numbers change from run to run; the live events do in their number as well, and are left out.
async function reads(page, name) {
  const parts = await page.locator('.bar, .strip, .column > section, section[aria-labelledby=status-title], section[aria-labelledby=switch-title]').all();
  const texts = [];
  for (const part of parts) if (await part.isVisible()) texts.push(await part.ariaSnapshot());
  const text = `${texts.join('\n').replace(/#?\d+(:\d+)*( [AP]M)?/g, 'N')}\n`;
  const file = new URL(`looks/${name}.txt`, import.meta.url);
  if (process.env.UPDATE) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'), `${name} reads differently; UPDATE=1 make stories STORIES=… keeps it so`);
}

const FIRST_LOAD = 150 * 1024;

async function axe(page, name) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => window.axe.run());
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  assert.deepEqual(found, [], `axe on ${name}`);
}

async function noSidewaysScroll(page) {
  const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= shown, `the page is ${wide} wide and ${shown} are shown`);
}

export async function nothingMovesAndEverybodyCanUseIt(browser, server) {
  for (const phone of [false, true]) {
    const page = await open(browser, server, { phone });
    const name = phone ? 'phone' : 'wide';
    await streaming(page);
    await keptUntil(page);
    await order(page, 'tea');
    await page.waitForFunction((count) => document.querySelectorAll('[data-test=orders] li').length === count, phone ? 3 : 1);
    await axe(page, `${name}, up`);
    await reads(page, `${name}-up`);
    await compared(page, `${name}-up`);
    await server.controls('POST', '/notice?in=50s');
    await page.locator('.strip.notice').waitFor();
    await axe(page, `${name}, notice`);
    await reads(page, `${name}-notice`);
    await compared(page, `${name}-notice`);
    await server.controls('DELETE', '/notice');
    await upUntil(page);
    await server.signal('SIGKILL');
    await page.locator('.strip.gone').waitFor();
    await order(page, 'kept', 'Kept');
    await axe(page, `${name}, gone`);
    await noSidewaysScroll(page);
    await reads(page, `${name}-gone`);
    await compared(page, `${name}-gone`);
    await server.start();
    await upUntil(page);
    await unsent(page, 0);
    await page.goto(`${server.url}/#/status`);
    await saysUntil(page, 'status', 'every 30 s');
    await axe(page, `${name}, status`);
    await noSidewaysScroll(page);
    await reads(page, `${name}-status`);
    await compared(page, `${name}-status`);
    await calm(page);
    await page.context().close();
  }
}

// The time that tasks of the page's main thread were at work, in ms: by the thread's own clock, since on a busy
// machine any task is long by the clock on the wall.
function atWork(trace) {
  const { traceEvents } = JSON.parse(trace);
  const mains = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}.${tid}`));
  const tasks = traceEvents.filter(({ name, ph, pid, tid, tdur }) => name === 'RunTask' && ph === 'X' && tdur !== undefined && mains.has(`${pid}.${tid}`));
  assert.ok(tasks.length > 100, `${tasks.length} tasks in the trace`);
  return Math.max(...tasks.map(({ tdur }) => tdur)) / 1000;
}

async function longest(browser, server) {
  const context = await browser.newContext();
  await browser.whole.startTracing(await context.newPage(), { categories: ['disabled-by-default-devtools.timeline', 'devtools.timeline', '__metadata'] });
  const page = await open(browser, server, { context });
  await streaming(page);
  await order(page, 'tea');
  await server.controls('POST', '/notice?in=50s');
  await page.locator('[data-test=events] .maintenance').waitFor();
  await server.controls('DELETE', '/notice');
  await page.locator('[data-test=events] .maintenance').nth(1).waitFor();
  const trace = await browser.whole.stopTracing();
  await context.close();
  return atWork(trace);
}

// The best of five pages counts: a full machine slows the thread's own work as well.
export async function noTaskIsLong(browser, server) {
  const found = [];
  while (found.length < 5 && !(Math.min(...found) < 50)) found.push(Math.round(await longest(browser, server)));
  console.log(`# longest task of the main thread: ${found.join(', ')} ms`);
  assert.ok(Math.min(...found) < 50, `${found.join(', ')} ms`);
}

export async function theKeyboardIsEnough(browser, server) {
  const page = await open(browser, server);
  await upUntil(page);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.locator('#item').focus();
  await page.keyboard.type('by keyboard');
  await page.keyboard.press('Enter');
  await saysUntil(page, 'said', 'Ordered: by keyboard');
  assert.equal(await at(page, 'said').getAttribute('role'), 'status');
}

export async function theFirstLoadIsSmall(browser, server) {
  let bytes = 0;
  const index = await fetch(server.url).then((answer) => answer.text());
  const names = ['/', '/config.json', ...[...index.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, name]) => name)];
  for (const name of new Set(names)) {
    const answer = await fetch(server.url + name, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.equal(answer.status, 200, name);
    bytes += Number(answer.headers.get('content-length'));
  }
  console.log(`# first load: ${bytes} bytes in ${new Set(names).size} files`);
  assert.ok(bytes < FIRST_LOAD && bytes > 10000, `${bytes} bytes`);
}
