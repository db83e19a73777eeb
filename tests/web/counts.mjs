// counts.mjs HTML JSON: what the page shows is what the JSON report of the same journal says.
import { assert, close, json, numbers, open, pixels, text, withBrowser } from './kit.mjs';

const [html, report] = process.argv.slice(2);
const verdict = json(report), run = verdict.runs[0];
const LOST = ['cut-off', 'failed', 'timed-out', 'unfinished', 'client-limit'];
const sum = (list) => list.reduce((a, b) => a + b, 0);
const outcome = (word) => sum(run.loads.map((load) => load.outcomes[word]));
const attempts = sum(run.loads.map((load) => load.attempts));
const lost = sum(LOST.map(outcome));

await withBrowser(async (browser) => {
  const page = await open(browser, html);
  assert.equal(await text(page, '.run-head .badge'), run.verdict);
  assert.ok((await page.title()).startsWith(`${verdict.verdict}: ${run.scenario}`));
  assert.ok((await text(page, 'h1')).includes(run.scenario));
  assert.ok((await text(page, '.lead')).toLowerCase().includes(run.why.toLowerCase()));

  const buttons = page.locator('.outcome');
  const shown = Object.fromEntries(await buttons.evaluateAll((list) =>
    list.map((b) => [b.dataset.outcome, Number(b.querySelector('.n').textContent.replaceAll(',', ''))])));
  const wanted = Object.fromEntries(Object.keys(run.loads[0].outcomes).map((word) => [word, outcome(word)])
    .filter(([, n]) => n > 0));
  assert.deepEqual(shown, wanted);
  assert.deepEqual(numbers(await text(page, '.shown')), [attempts]);
  assert.equal(Number(await page.locator('.falls').getAttribute('data-requests')), attempts);
  for (const word of Object.keys(wanted)) assert.ok(await pixels(page, word) > 0, `nothing has the colour of ${word}`);
  assert.ok(await pixels(page, 'wait') > 0, 'no phase is drawn');

  // the choices of load and reason carry their numbers
  const options = (name) => page.locator(`select[name=${name}] option`).allInnerTexts();
  assert.deepEqual((await options('load')).slice(1), run.loads.map((l) => `${l.name} (${l.attempts})`));
  const reasons = new Map();
  for (const load of run.loads)
    for (const [word, n] of Object.entries(load.reasons)) reasons.set(word, (reasons.get(word) ?? 0) + n);
  assert.deepEqual((await options('reason')).slice(1).sort(), [...reasons].map(([w, n]) => `${w} (${n})`).sort());

  // requests in flight at the signal, and those on idle connections
  const flying = ['sending', 'waiting', 'receiving'];
  const at = (phase) => sum(run.loads.map((load) => sum(Object.values(load.phases[phase] ?? {}))));
  const [, inFlight, idle] = numbers(await text(page, '.curve .note'));
  assert.equal(inFlight, sum(flying.map(at)));
  assert.equal(idle ?? 0, at('idle'));
  assert.equal(inFlight, run.in_flight);

  // the lost, all of them, by their numbers
  assert.deepEqual(numbers(await text(page, '.requests :is(h2, h3)')), [lost]);
  while (await page.getByRole('button', { name: /^more/ }).isVisible())
    await page.getByRole('button', { name: /^more/ }).click();
  assert.equal(await page.locator('tbody tr.lost').count(), lost);
  await page.getByRole('button', { name: /^all that are shown/ }).click();
  while (await page.getByRole('button', { name: /^more/ }).isVisible())
    await page.getByRole('button', { name: /^more/ }).click();
  const ids = await page.locator('tr[data-id]').evaluateAll((rows) => rows.map((r) => Number(r.dataset.id)));
  assert.equal(new Set(ids).size, attempts);

  // the drain and what was expected
  const drain = await page.locator('.drain li').allInnerTexts();
  assert.ok(drain.some((line) => line.includes(`exited with code ${run.target.exit.code}`)), drain.join());
  assert.equal(await page.locator('.lane .step').count(), drain.length);
  const expected = await page.locator('.expected li').evaluateAll((list) =>
    list.map((li) => [li.querySelector('b').textContent, li.className]));
  assert.deepEqual(expected, run.expectations.map((x) => [x.text, x.verdict]));
  await close(page);
});
