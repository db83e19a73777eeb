// check.mjs HTML JSON: a check's grade and defects, and the way from a defect to its run and its requests.
import { assert, close, json, open, text, withBrowser } from './kit.mjs';

const [html, report] = process.argv.slice(2);
const verdict = json(report);

await withBrowser(async (browser) => {
  const page = await open(browser, html);
  assert.equal(await text(page, '.grade'), verdict.grade);
  assert.equal(await text(page, '#verdict .badge'), verdict.verdict);
  const defects = page.locator('details.defect');
  assert.deepEqual(await defects.locator('summary code').allInnerTexts(), verdict.defects.map((d) => d.id));
  assert.deepEqual(await defects.evaluateAll((list) => list.map((d) => d.classList[1])),
    verdict.defects.map((d) => d.severity));
  for (const [k, defect] of verdict.defects.entries()) {
    const said = await defects.nth(k).textContent();
    for (const part of [defect.title, defect.evidence, defect.fix, defect.why])
      assert.ok(said.includes(part), `${defect.id} does not say: ${part}`);
  }
  const fine = page.locator('.fine li');
  assert.equal(await fine.count(), verdict.fine.length);
  const runs = page.locator('.run-choice');
  assert.equal(await runs.count(), verdict.runs.length > 1 ? verdict.runs.length : 0);
  for (let k = 0; k < await runs.count(); k++) {
    await runs.nth(k).click();
    assert.equal(await runs.nth(k).getAttribute('aria-current'), 'true');
    assert.ok((await text(page, '.run-head h2')).endsWith(verdict.runs[k].scenario));
    const attempts = verdict.runs[k].loads.reduce((sum, load) => sum + load.attempts, 0);
    assert.equal(Number(await page.locator('.falls').getAttribute('data-requests')), attempts);
  }
  const [worst] = verdict.defects;
  await defects.evaluateAll((list) => list.forEach((d) => { d.open = true; }));
  await defects.first().getByRole('button', { name: `#${worst.attempts[0]}`, exact: true }).click();
  assert.ok((await text(page, '.run-head h2')).endsWith(worst.scenario));
  assert.ok((await text(page, '.story h3')).startsWith(`#${worst.attempts[0]} `));
  assert.ok(await page.evaluate(() => document.activeElement.closest('.story') !== null), 'the focus did not follow');
  await close(page);
});
