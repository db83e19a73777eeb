// storm.mjs HTML JSON: what came to the server when it was back: a picture for each load, with a column for each
// 100 ms, and the figures of the JSON report in words.
import { assert, close, json, open, withBrowser } from './kit.mjs';

const [html, report] = process.argv.slice(2);
const loads = json(report).runs[0].loads.filter((load) => load.storm);

await withBrowser(async (browser) => {
  const page = await open(browser, html), pictures = page.locator('.storm-of');
  assert.ok(loads.length > 0);
  assert.equal(await pictures.count(), loads.length);
  assert.equal(await pictures.first().locator('svg').isVisible(), true); // the first is open
  for (const [k, { name, storm }] of loads.entries()) {
    const words = await pictures.nth(k).locator('summary').innerText();
    assert.ok(words.startsWith(name), words);
    assert.ok(words.includes(`${storm.peak} in 100 ms`), words);
    assert.ok(words.includes(`${storm.refused} turned away; ${storm.wasted} of ${storm.answered} answers`), words);
    assert.ok(words.includes(`all ${storm.affected} served after `), words);
    const bars = await pictures.nth(k).locator('svg .arrivals').evaluateAll((list) =>
      list.map((bar) => Number(bar.getAttribute('height'))));
    assert.equal(bars.length, storm.bins.length);
    const top = Math.max(...bars), most = Math.max(...storm.bins);
    bars.forEach((height, i) => assert.ok(Math.abs(height / top - storm.bins[i] / most) < 1e-6));
    assert.ok(await pictures.nth(k).locator('svg .in-vain').count() > 0, 'nothing came while it was away');
  }
  await close(page);
});
