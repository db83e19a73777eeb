// Pictures that are kept (tests/page/pictures) and compared, pixel by pixel. Another Chromium, or other fonts, draw the
// same page otherwise: where machine.txt names another machine than this one, nothing is compared, and it is said.
// UPDATE=1 make stories STORIES=nothingMovesAndEverybodyCanUseIt keeps them anew.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { assert, at } from './kit.mjs';

const require = createRequire(`${process.env.WEB_TESTS}/`);
const { PNG } = require('pngjs');
const { default: pixelmatch } = await import(pathToFileURL(require.resolve('pixelmatch')).href);

// A pixel differs when its colour is further off than `threshold` (0 to 1, of the YIQ distance; edges of letters that
// are smoothed otherwise are let pass), and a picture when more of its pixels than this do.
const COLOUR = 0.1, MOST = 0.001;
const kept = (name) => new URL(`pictures/${name}`, import.meta.url);

const run = (...command) => { try { return execFileSync(command[0], command.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }); } catch { return 'none'; } };
const fonts = createHash('sha256').update(run('fc-list', ':', 'family', 'style', 'fontversion').split('\n').sort().join('\n')).digest('hex').slice(0, 16);
const machine = `${run(process.env.CHROMIUM ?? '/usr/bin/chromium', '--version').trim()}\nfonts ${fonts}\n`;
const read = (name) => { try { return readFileSync(kept(name)); } catch { return null; } };
const comparable = read('machine.txt')?.toString() === machine;
let told = false;

// What is never twice the same: times, counts of what was asked, the version of the build.
const changing = (page) => ['events', 'countdown', 'status', 'build', 'stream'].map((name) => at(page, name));

export async function compared(page, name) {
  const taken = await page.screenshot({ path: path.join(process.env.PICTURES, `${name}.png`), animations: 'disabled',
    mask: changing(page), maskColor: '#808080' });
  if (process.env.UPDATE) {
    mkdirSync(kept(''), { recursive: true });
    writeFileSync(kept(`${name}.png`), taken);
    writeFileSync(kept('machine.txt'), machine);
    return;
  }
  if (!comparable) {
    if (!told) console.log('# the pictures are not compared: this is another Chromium, or has other fonts, than tests/page/pictures/machine.txt says');
    told = true;
    return;
  }
  const now = PNG.sync.read(taken), before = PNG.sync.read(read(`${name}.png`));
  assert.deepEqual([now.width, now.height], [before.width, before.height], `the size of ${name}`);
  const difference = new PNG({ width: now.width, height: now.height });
  const count = pixelmatch(before.data, now.data, difference.data, now.width, now.height, { threshold: COLOUR });
  if (count <= MOST * now.width * now.height) return;
  writeFileSync(path.join(process.env.PICTURES, `${name}.difference.png`), PNG.sync.write(difference));
  assert.fail(`${count} pixels of ${name} are drawn otherwise; build/web/pictures/${name}.difference.png shows them`);
}
