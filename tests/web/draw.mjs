// draw.mjs HTML TIMES: how many milliseconds after it was opened the page stood drawn, TIMES times; one a line.
import { close, open, withBrowser } from './kit.mjs';

const [html, times] = process.argv.slice(2);

await withBrowser(async (browser) => {
  for (let k = 0; k < Number(times); k++) {
    const page = await open(browser, html);
    console.log(await page.locator('html').getAttribute('data-drawn'));
    await close(page);
  }
});
