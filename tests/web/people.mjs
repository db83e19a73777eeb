// people.mjs HTML JSON: the table of what people saw is what the JSON report says, and each intention is a line
// that joins its attempts; a click on one tells its story.
import { assert, close, json, numbers, open, text, withBrowser } from './kit.mjs';

const [html, report] = process.argv.slice(2);
const run = json(report).runs[0], loads = run.loads.filter((load) => load.users);
const intentions = loads.reduce((sum, load) => sum + load.users.intentions, 0);

await withBrowser(async (browser) => {
  const page = await open(browser, html);
  const rows = await page.locator('table.saw tbody tr').evaluateAll((list) => list.map((tr) =>
    [...tr.children].map((td) => td.innerText)));
  const heads = await page.locator('table.saw thead th').allInnerTexts();
  assert.deepEqual(rows.map(([name]) => name), loads.map((load) => load.name));
  loads.forEach(({ users }, k) => {
    for (const [word, n] of Object.entries(users.saw)) {
      const at = heads.indexOf(word);
      assert.equal(at < 0 || rows[k][at] === '' ? 0 : numbers(rows[k][at])[0], n, `${loads[k].name}: ${word}`);
    }
    assert.equal(rows[k][heads.indexOf('user-seconds lost')], users.user_seconds_lost.toFixed(1));
    assert.equal(rows[k].at(-1).includes(`${users.open} still under way`), users.open > 0);
  });

  assert.deepEqual(numbers(await text(page, '#wishes')), [intentions]);
  while (await page.getByRole('button', { name: /^more intentions/ }).isVisible())
    await page.getByRole('button', { name: /^more intentions/ }).click();
  const lines = page.locator('table.wishes tbody tr');
  assert.equal(await lines.count(), intentions);
  const saws = await lines.evaluateAll((list) => list.map((tr) => tr.dataset.saw));
  for (const [word, at] of [['lost', 'lost'], ['fine', 'fine']])
    assert.equal(saws.filter((saw) => saw === word).length, loads.reduce((sum, l) => sum + l.users.saw[at], 0));
  assert.equal(saws[0], Object.keys(loads[0].users.saw).findLast((w) => loads.some((l) => l.users.saw[w])), 'the worst first');

  // every attempt at an intention is a bar on its line, and a button beside it
  const bars = await page.locator('svg.wish .attempt').count();
  assert.equal(bars, await page.locator('table.wishes td:last-child button').count());
  const joined = await lines.evaluateAll((list) => Math.max(...list.map((tr) => tr.querySelectorAll('.attempt').length)));
  assert.ok(joined > 1, 'no line joins several attempts');
  await page.locator('select[name=people]').selectOption({ label: loads[1].name });
  assert.deepEqual(numbers(await text(page, '#wishes')), [loads[1].users.intentions]);
  const button = page.locator('table.wishes td:last-child button').first();
  const id = numbers(await button.innerText())[0];
  await button.click();
  assert.ok((await text(page, '.story h3')).includes(`#${id}`), await text(page, '.story h3'));
  await page.keyboard.press('Escape');
  await page.locator('svg.wish .attempt').first().click();
  assert.ok(await page.locator('.story').isVisible());
  await close(page);
});
