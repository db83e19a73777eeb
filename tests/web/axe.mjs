// axe.mjs HTML...: axe-core finds nothing serious in any of the pages, light and dark, with everything open.
import { assert, axeSource, close, open, withBrowser } from './kit.mjs';

await withBrowser(async (browser) => {
  for (const html of process.argv.slice(2)) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await open(browser, html, { colorScheme });
      await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
      const first = page.locator('tr[data-id] button').first();
      if (await first.count()) await first.click();
      await page.evaluate(axeSource);
      const { violations, passes } = await page.evaluate(() => window.axe.run(document));
      const bad = violations.filter((v) => ['serious', 'critical'].includes(v.impact));
      assert.deepEqual(bad.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.html} ${n.failureSummary}`).join('; ')}`), []);
      assert.ok(passes.length > 20, 'axe looked at next to nothing');
      for (const v of violations) console.log(`# ${v.impact}: ${v.id}: ${v.nodes[0].html}`);
      await close(page);
    }
  }
});
