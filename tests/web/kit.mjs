// What the browser tests share: a real Chromium, pages that are watched for errors and for anything that
// they ask of the network, and tests that run one after the other. Playwright ends the browser that it
// started, by its process id; should this process be killed, Chromium ends itself with its pipe.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.env.WEB_TESTS}/`);
const { chromium } = require('playwright-core');

export { assert };
export const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
export const json = (file) => JSON.parse(readFileSync(file, 'utf8'));

export async function withBrowser(work, more = []) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', ...more],
  });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

// Opens `file`; what it says on the console, and what it asks for beside itself, is kept in `page.trouble`.
export async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options });
  const page = await context.newPage(), url = pathToFileURL(file).href;
  page.trouble = [];
  page.on('console', (message) => {
    if (!message.text().includes('willReadFrequently')) // that is what `pixels` does
      page.trouble.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => page.trouble.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { page.trouble.push('a dialog'); dialog.dismiss(); });
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) page.trouble.push(`asks for ${request.url()}`);
  });
  await page.goto(url);
  assert.ok(Number(await page.locator('html').getAttribute('data-drawn')) > 0, 'the page did not come to its end');
  return page;
}

export async function close(page) {
  assert.deepEqual(page.trouble, []);
  await page.context().close();
}

export const text = (page, selector) => page.locator(selector).first().innerText();
export const numbers = (string) => [...string.matchAll(/\d[\d,]*/g)].map(([n]) => Number(n.replaceAll(',', '')));

// The window of time that the picture shows, once it has been drawn again.
export async function drawnWindow(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const frame = page.locator('.frame');
  return [Number(await frame.getAttribute('data-from')), Number(await frame.getAttribute('data-to'))];
}

// How many pixels of the waterfall have about the colour of that variable of the style sheet.
export function pixels(page, name) {
  return page.evaluate((variable) => {
    const probe = document.createElement('i');
    document.body.append(probe);
    probe.style.color = `var(--${variable})`;
    const wanted = getComputedStyle(probe).color.match(/\d+/g).map(Number);
    probe.remove();
    const canvas = document.querySelector('.falls canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let at = 0; at < data.length; at += 4)
      if (wanted.every((value, k) => Math.abs(data[at + k] - value) < 12)) n++;
    return n;
  }, name);
}
