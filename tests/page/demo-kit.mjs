// What the story of the demo and its recording share.
import { spawn } from 'node:child_process';
import { at, LIMIT, until } from './kit.mjs';

const program = process.env.DRAINCTL;

export class Demo {
  async start(options = []) {
    this.process = spawn(program, ['demo', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.exit = new Promise((done) => { this.process.on('exit', (code, signal) => done(signal ?? code)); });
    let text = '';
    this.process.stdout.on('data', (data) => { text += data; });
    await until('the demo listens', () => text.includes('\n'));
    this.url = text.match(/http:\S+/)[0];
    return this;
  }

  async end() {
    this.process.kill('SIGINT');
    return this.exit;
  }
}

// The panel and, in it, the page.
export async function openDemo(browser, demo, viewport = { width: 1280, height: 800 }, before = null) {
  const context = await browser.newContext({ viewport });
  const panel = await context.newPage();
  panel.setDefaultTimeout(LIMIT);
  panel.trouble = [];
  panel.on('pageerror', (error) => panel.trouble.push(error.message));
  if (before) await panel.addInitScript(before);
  await panel.goto(demo.url);
  const shop = panel.frameLocator('#page');
  await shop.locator('.strip.up').waitFor();
  return { panel, shop };
}

export const press = (panel, what) => panel.locator(`[data-do=${what}][aria-disabled=false]`).click();
export const stateUntil = (panel, word) => panel.locator(`#state.${word}`).waitFor();
export const orders = async (panel) => (await panel.locator('#orders .what').allInnerTexts()).reverse();

export async function order(shop, item, verdict) {
  await shop.locator('#item').fill(item);
  await at(shop, 'send').click();
  if (verdict) await at(shop, 'said').filter({ hasText: `${verdict}: ${item}` }).waitFor();
}
