// record.mjs FILE: plays `drainctl demo` once and records it as a GIF of under 3 MB, for the README. A cursor is
// drawn, since a screenshot has none, and a line says what is done.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withBrowser } from '../web/kit.mjs';
import { Demo, openDemo, orders, stateUntil } from './demo-kit.mjs';
import { assert, at, until } from './kit.mjs';

const [file] = process.argv.slice(2);
const LASTS = 40, END = 4000, RATE = 5, MOST = 3 * 1024 * 1024, SIZE = { width: 1180, height: 740 };
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

// In the panel's page: a cursor that glides to where it clicks, and a caption.
const props = () => {
  addEventListener('DOMContentLoaded', () => {
    if (window !== window.top) return;
    const style = new CSSStyleSheet();
    style.replaceSync(`#cursor { position: fixed; z-index: 9; left: 0; top: 0; width: 22px; height: 22px; margin: -11px; border-radius: 50%;
        background: rgb(255 140 0 / 75%); border: 2px solid #fff; box-shadow: 0 1px 5px rgb(0 0 0 / 50%); transition: transform .5s; pointer-events: none; }
      #cursor.down { background: rgb(220 30 0 / 90%); }
      #caption { position: fixed; z-index: 9; left: 50%; bottom: 14px; transform: translateX(-50%); padding: .4rem 1.1rem; border-radius: 2rem;
        background: #10324a; color: #fff; font: 600 17px system-ui, sans-serif; box-shadow: 0 2px 10px rgb(0 0 0 / 40%); white-space: nowrap; }
      #caption:empty { display: none; }`);
    document.adoptedStyleSheets.push(style);
    for (const id of ['cursor', 'caption']) document.body.append(Object.assign(document.createElement('div'), { id }));
  });
};

class Film {
  constructor(panel) {
    this.panel = panel;
    this.folder = mkdtempSync(path.join(tmpdir(), 'drainctl-film-'));
    this.frames = [];
    this.going = true;
    this.running = this.run();
  }

  async run() {
    while (this.going) {
      const taken = Date.now(), name = path.join(this.folder, `${String(this.frames.length).padStart(4, '0')}.png`);
      await this.panel.screenshot({ path: name });
      this.frames.push({ name, taken });
      await pause(Math.max(0, 1000 / RATE - (Date.now() - taken)));
    }
  }

  async end() {
    this.going = false;
    await this.running;
  }

  // Each picture stays in proportion to the time to the next one, all of them for LASTS seconds; one palette for all.
  write(target) {
    const whole = (this.frames.at(-1).taken + END - this.frames[0].taken) / 1000, speed = Math.max(1, whole / LASTS);
    const list = this.frames.flatMap(({ name, taken }, i) =>
      [`file '${name}'`, `duration ${(((this.frames[i + 1]?.taken ?? taken + END) - taken) / 1000 / speed).toFixed(3)}`]);
    writeFileSync(path.join(this.folder, 'list'), `${list.join('\n')}\n`);
    execFileSync('ffmpeg', ['-loglevel', 'error', '-y', '-f', 'concat', '-safe', '0', '-i', path.join(this.folder, 'list'), '-vf',
      `fps=${RATE},scale=960:-1:flags=lanczos,split[a][b];[a]palettegen=max_colors=96:stats_mode=diff[p];[b][p]paletteuse=dither=none:diff_mode=rectangle`,
      target], { stdio: 'inherit' });
    rmSync(this.folder, { recursive: true });
  }
}

const saysUntil = (shop, text) => at(shop, 'said').filter({ hasText: text }).waitFor();

async function play(panel, shop) {
  const say = (text) => panel.evaluate((line) => { document.getElementById('caption').textContent = line; }, text);
  const go = async (what) => {
    const box = await what.boundingBox();
    await panel.evaluate(([x, y]) => { document.getElementById('cursor').style.transform = `translate(${x}px, ${y}px)`; },
      [box.x + box.width * 0.6, box.y + box.height * 0.6]);
    await pause(650);
  };
  const click = async (what) => {
    await go(what);
    await panel.evaluate(() => document.getElementById('cursor').classList.add('down'));
    await pause(200);
    await what.click();
    await panel.evaluate(() => document.getElementById('cursor').classList.remove('down'));
  };
  const button = (name) => panel.locator(`[data-do=${name}][aria-disabled=false]`);
  const type = async (item) => {
    await shop.locator('#item').fill('');
    await go(shop.locator('#item'));
    await shop.locator('#item').pressSequentially(item, { delay: 60 });
  };
  const order = async (item, verdict) => {
    await type(item);
    await click(at(shop, 'send'));
    if (verdict) await at(shop, 'said').filter({ hasText: `${verdict}: ${item}` }).waitFor();
    await pause(300);
  };

  await pause(600);
  await order('tea', 'Ordered');
  await say('The server is killed');
  await click(button('kill'));
  await stateUntil(panel, 'down');
  await shop.locator('.strip.gone').waitFor();
  await pause(900);
  await say('The page keeps what is ordered');
  await order('coffee', 'Kept');
  await order('cake', 'Kept');
  await say('… also over a reload without a server');
  await click(panel.locator('#reload'));
  await shop.locator('[data-test=unsent]').filter({ hasText: '2' }).waitFor();
  await pause(1200);
  await say('The server is back: each arrives once, in order');
  await click(button('start'));
  await until('all are delivered', async () => (await orders(panel)).join() === 'tea,coffee,cake');
  await pause(1600);
  await say('SIGTERM while an order is under way: it is finished');
  await type('bread');
  await go(button('restart')); // there already, so that the order is surely under way
  await shop.locator('#item').press('Enter');
  await saysUntil(shop, 'Sending: bread');
  await button('restart').dispatchEvent('click');
  await saysUntil(shop, 'Ordered: bread');
  await panel.locator('#log', { hasText: 'exited with code 0' }).waitFor();
  await stateUntil(panel, 'up');
  await shop.locator('.strip.up').waitFor();
  await pause(1500);
  await say('A new build is deployed under the open page');
  await type('half typed');
  await click(button('deploy'));
  await panel.locator('#log', { hasText: 'a new build has taken over' }).waitFor();
  await click(panel.locator('#reload'));
  await click(shop.getByRole('button', { name: 'Use it' }));
  await shop.locator('.strip.up').waitFor();
  await pause(1500);
  await say('The naive page: impatient clicks are orders');
  await click(panel.getByRole('button', { name: 'naive page' }));
  await shop.locator('.strip.up').waitFor();
  await type('pizza');
  await go(at(shop, 'send'));
  await at(shop, 'send').evaluate((button) => { for (let i = 0; i < 3; i++) button.click(); });
  await panel.locator('#orders .twice', { hasText: 'ordered 3×' }).first().waitFor();
  await pause(800);
  await say('… and an order in flight is lost with the server');
  await type('lost');
  await go(button('kill'));
  await shop.locator('#item').press('Enter');
  await saysUntil(shop, 'Sending');
  await button('kill').dispatchEvent('click');
  await stateUntil(panel, 'down');
  await saysUntil(shop, 'Not ordered');
  await pause(2500);
}

await withBrowser(async (browser) => {
  const demo = await new Demo().start(['--order-time', '2s']);
  try {
    const { panel, shop } = await openDemo(browser, demo, SIZE, props);
    await at(shop, 'stream').filter({ hasText: 'open' }).waitFor();
    const film = new Film(panel);
    try {
      await play(panel, shop);
    } finally {
      await film.end();
    }
    film.write(file);
    const { size } = statSync(file);
    console.log(`${file}: ${film.frames.length} pictures, ${(size / 1024 / 1024).toFixed(2)} MB`);
    assert.ok(size < MOST, `${file} is larger than 3 MB`);
  } finally {
    await demo.end();
  }
});
