// large.mjs HTML N: a run of N requests, thousands, can be looked at: bundled, taken apart, zoomed into.
import { assert, close, drawnWindow, numbers, open, text, withBrowser } from './kit.mjs';

const [html, count] = process.argv.slice(2);
const of = async (page, name) => Number(await page.locator('.falls').getAttribute(`data-${name}`));

await withBrowser(async (browser) => {
  const page = await open(browser, html);
  assert.equal(await of(page, 'requests'), Number(count));
  const lines = await of(page, 'lines');
  assert.ok(lines > 100 && lines < 600, `${lines} lines`);
  await page.locator('.falls').hover({ position: { x: 500, y: 100 } });
  const [bundled] = numbers(await text(page, '#tip'));
  assert.ok(bundled > 1, 'nothing is bundled');
  await page.locator('.falls').click({ position: { x: 500, y: 100 } });
  await drawnWindow(page);
  assert.equal(await of(page, 'requests'), bundled);
  assert.equal(await of(page, 'lines'), bundled);
  await page.getByRole('button', { name: 'show all', exact: true }).click();
  await page.locator('.lane .step').first().click();
  for (let k = 0; k < 8; k++) await page.getByRole('button', { name: 'zoom in', exact: true }).click();
  await drawnWindow(page);
  assert.ok(await of(page, 'requests') < Number(count) / 4);
  await close(page);
});
