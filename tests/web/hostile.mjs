// hostile.mjs HTML: whatever bytes a run brings, they stay text. The page holds the strings of
// tests/web/hostile.py in every place where a run's own text goes.
import { assert, close, open, withBrowser } from './kit.mjs';

await withBrowser(async (browser) => {
  const page = await open(browser, process.argv[2]);
  const seen = await page.evaluate(() => {
    document.querySelectorAll('details').forEach((d) => { d.open = true; });
    return {
      elements: document.querySelectorAll('img[src], iframe, object, embed, base, form, svg script, x-evil').length,
      scripts: document.querySelectorAll('script').length,
      data: document.querySelectorAll('script[type="application/json"]').length,
      handlers: [...document.querySelectorAll('*')].filter((e) =>
        [...e.attributes].some((a) => a.name.startsWith('on'))).length,
      evil: window.evil,
      text: document.body.innerText,
    };
  });
  assert.equal(seen.elements, 0);
  assert.equal(seen.scripts, seen.data + 1);
  assert.equal(seen.handlers, 0);
  assert.equal(seen.evil, undefined);
  for (const part of ['</script><script>window.evil=1</script>', '<img src=x onerror=window.evil=1>', '<!--<script>',
    '"\'`&amp;', '\\x1b[31m', '\\u202e', '\ufffd'])
    assert.ok(seen.text.includes(part), `the page does not show ${part}`);
  assert.ok(!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/.test(seen.text), 'a control character is on the page');
  // and in what is only said when it is asked for
  await page.locator('.falls').hover({ position: { x: 400, y: 8 } });
  assert.ok((await page.locator('#tip').innerText()).includes('onerror'));
  await page.locator('tr[data-id] button').first().click();
  assert.ok((await page.locator('.story').innerText()).includes('onerror'));
  assert.equal(await page.evaluate(() => window.evil), undefined);
  await close(page);
});
