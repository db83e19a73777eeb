// use.mjs HTML SHOTS: a person looks around in the page, by pointer and by keyboard.
import { statSync } from 'node:fs';
import { assert, close, drawnWindow, numbers, open, pixels, text, withBrowser } from './kit.mjs';

const [html, shots] = process.argv.slice(2);
const shownNow = async (page) => numbers(await text(page, '.shown'))[0];

async function filters(page) {
  const all = await shownNow(page), cut = page.locator('.outcome.cut-off');
  const [n] = numbers(await cut.innerText());
  await cut.click();
  assert.equal(await cut.getAttribute('aria-pressed'), 'true');
  assert.equal(await shownNow(page), n);
  assert.equal(await page.locator('tr[data-id]').count(), Math.min(n, 50));
  await drawnWindow(page);
  assert.equal(Number(await page.locator('.falls').getAttribute('data-requests')), n);
  assert.equal(await pixels(page, 'completed'), 0, 'a request that is filtered out is drawn');
  await page.selectOption('select[name=load]', { index: 1 });
  assert.ok(await shownNow(page) < n);
  await page.getByRole('button', { name: 'show all', exact: true }).click();
  assert.equal(await shownNow(page), all);
  const option = page.locator('select[name=reason] option').nth(1);
  await page.selectOption('select[name=reason]', { index: 1 });
  assert.equal(await shownNow(page), numbers(await option.innerText()).at(-1));
  await page.getByRole('button', { name: 'show all', exact: true }).click();
  await page.getByRole('button', { name: 'only the lost' }).click();
  assert.ok(await shownNow(page) < all);
  await page.getByRole('button', { name: 'show all', exact: true }).click();
}

// In ms; moved about and clamped, its ends may differ in the last bit of a double.
function sameWindow(seen, wanted) {
  assert.ok(seen.every((at, k) => Math.abs(at - wanted[k]) < 1e-6), `${seen} is not ${wanted}`);
}

async function pointer(page) {
  let box = await page.locator('.falls').boundingBox();
  const [from, to] = await drawnWindow(page);
  await page.mouse.move(box.x + box.width * 0.3, box.y + 20);
  const tip = await text(page, '#tip');
  assert.match(tip, /#\d+ reports\s+cut-off/);
  assert.match(tip, /wait [\d.]+ (ms|s)/);
  assert.match(await text(page, '.readout'), /^\d+ at .* (before|after) SIGTERM$/);
  await page.mouse.down();
  await page.mouse.up();
  const story = await text(page, '.story');
  for (const part of ['cut-off:', 'closed-before-response:', 'at SIGTERM', 'processed', '/api/data'])
    assert.ok(story.includes(part), `the story does not say ${part}: ${story}`);
  // drag across the waterfall, then across a curve
  await page.getByRole('button', { name: 'close', exact: true }).click();
  box = await page.locator('.falls').boundingBox();
  await page.mouse.move(box.x + box.width * 0.3, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 4 });
  await page.mouse.up();
  const first = await drawnWindow(page);
  assert.ok(first[0] > from && first[1] < to);
  await page.locator('.u-over').first().scrollIntoViewIfNeeded();
  const curve = await page.locator('.u-over').first().boundingBox();
  await page.mouse.move(curve.x + 100, curve.y + 20);
  await page.mouse.down();
  await page.mouse.move(curve.x + 300, curve.y + 20, { steps: 4 });
  await page.mouse.up();
  const second = await drawnWindow(page);
  assert.ok(second[1] - second[0] < first[1] - first[0]);
  await page.getByRole('button', { name: 'everything' }).click();
  sameWindow(await drawnWindow(page), [from, to]);
  await page.locator('.lane .step').first().click();
  const near = await drawnWindow(page);
  assert.ok(near[0] < 0 && near[1] > 0 && near[1] - near[0] < to - from);
  await page.locator('.u-over').first().dblclick({ position: { x: 300, y: 20 } });
  sameWindow(await drawnWindow(page), [from, to]);
}

async function keyboard(page) {
  const whole = await drawnWindow(page);
  await page.locator('.falls').focus();
  await page.keyboard.press('Escape');
  assert.ok(await page.locator('.story').isHidden());
  await page.keyboard.press('Home');
  const first = await page.locator('#live').textContent();
  await page.keyboard.press('ArrowDown');
  const second = await page.locator('#live').textContent();
  assert.match(first, /^#\d+ reports, GET \/api\/data.*: cut-off .* after SIGTERM/);
  assert.notEqual(first, second);
  assert.ok(await page.locator('.story').isVisible());
  await page.keyboard.press('+');
  const closer = await drawnWindow(page);
  assert.ok(closer[1] - closer[0] < whole[1] - whole[0]);
  await page.keyboard.press('ArrowRight');
  assert.ok((await drawnWindow(page))[0] > closer[0]);
  await page.keyboard.press('d');
  const drain = await drawnWindow(page);
  assert.ok(drain[0] < 0 && drain[0] > whole[0] && drain[1] > 0, `the drain is not from ${drain[0]} on`);
  await page.keyboard.press('0');
  sameWindow(await drawnWindow(page), whole);
  await page.keyboard.press('Escape');
  assert.ok(await page.locator('.story').isHidden());
}

// Everything that can be used is reached by Tab.
async function tab(page) {
  const reached = new Set();
  for (let k = 0; k < 40; k++) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.className.split(' ')[0]));
  }
  for (const name of ['skip', 'theme', 'outcome', 'step', 'falls', 'link'])
    assert.ok(reached.has(name), `Tab does not reach ${name}: ${[...reached].join(' ')}`);
}

async function themes(browser) {
  const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const brightness = (color) => numbers(color).reduce((a, b) => a + b, 0);
  for (const colorScheme of ['light', 'dark']) {
    const page = await open(browser, html, { colorScheme });
    const before = brightness(await ground(page));
    assert.equal(before > 384, colorScheme === 'light');
    await page.screenshot({ path: `${shots}/${colorScheme}.png`, fullPage: true });
    await page.locator('#theme').click();
    assert.notEqual(brightness(await ground(page)) > 384, before > 384);
    await drawnWindow(page);
    assert.ok(await pixels(page, 'cut-off') > 0, 'the picture keeps the colours of the other theme');
    await close(page);
  }
  assert.ok(statSync(`${shots}/dark.png`).size > 20000);
}

await withBrowser(async (browser) => {
  const page = await open(browser, html, { viewport: { width: 1280, height: 1600 } });
  await tab(page);
  await filters(page);
  await pointer(page);
  await keyboard(page);
  await close(page);
  await themes(browser);
  const narrow = await open(browser, html, { viewport: { width: 360, height: 740 } });
  assert.ok(await narrow.evaluate(() => document.documentElement.scrollWidth) <= 360, 'wider than its window');
  await narrow.locator('tr[data-id] button').first().click();
  assert.deepEqual(await narrow.evaluate(() => {
    const story = document.querySelector('.story'), edge = story.getBoundingClientRect().right;
    return [...story.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > edge).map((e) => e.innerText);
  }), [], 'a story runs out of its panel');
  await close(narrow);
});
