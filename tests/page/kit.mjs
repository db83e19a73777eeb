// What the stories share: a server that can be stopped, killed and started again on its port, with its orders in a
// file; and pages that are watched for layout shifts, long tasks and complaints on the console.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assert } from '../web/kit.mjs';

export { assert };
const program = process.env.DRAINCTL;
const pictures = process.env.PICTURES;
export const ELSEWHERE = 'drainctl.test'; // to the browser another host, without https (RFC 6761 reserves the name)
mkdirSync(pictures, { recursive: true });

export const LIMIT = 60000; // of one wait: a busy machine is slow, and only a failure takes so long

// Waits for an event that this process cannot be told of; looks every 20 ms.
export async function until(what, test) {
  for (const end = Date.now() + LIMIT; Date.now() < end;) {
    if (await test()) return;
    await new Promise((done) => { setTimeout(done, 20); });
  }
  throw new Error(`waited in vain until ${what}`);
}

export class Server {
  constructor(options = []) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'drainctl-page-'));
    this.options = options;
    this.port = 0;
    this.contexts = [];
  }

  // The port stays the same from the first start on.
  async start() {
    this.process = spawn(program, ['serve', '--web', '--port', this.port, '--control', 0, '--retry-spread', '0s',
      '--database', path.join(this.folder, 'orders.db'), '-q', ...this.options], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.exit = new Promise((done) => { this.process.on('exit', (code, signal) => done(signal ?? code)); });
    let text = '';
    this.process.stdout.on('data', (data) => { text += data; });
    await until('the server listens', () => text.includes('control on'));
    [this.port, this.control] = [...text.matchAll(/:(\d+)$/gm)].map(([, port]) => Number(port));
    this.url = `http://127.0.0.1:${this.port}`;
    return this;
  }

  async signal(name) {
    this.process.kill(name);
    return this.exit;
  }

  controls(method, what) {
    return fetch(`http://127.0.0.1:${this.control}${what}`, { method });
  }

  async inFlight() {
    return (await (await this.controls('GET', '/gauge')).json()).in_flight;
  }

  async items() {
    return (await (await fetch(`${this.url}/api/orders`)).json()).map((order) => order.item);
  }

  async end() {
    this.process?.kill('SIGKILL');
    await this.exit;
    rmSync(this.folder, { recursive: true });
  }
}

// Somebody else's transaction: no order is written until it is over.
export class Lock {
  constructor(server) {
    this.process = spawn('python3', ['-c', 'import sqlite3, sys\nd = sqlite3.connect(sys.argv[1])\nd.execute("BEGIN IMMEDIATE")\n' +
      'print("locked", flush=True)\nsys.stdin.read()', path.join(server.folder, 'orders.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.exit = new Promise((done) => { this.process.on('exit', done); });
  }

  async taken() {
    await new Promise((done) => { this.process.stdout.once('data', done); });
    return this;
  }

  async release() {
    this.process.stdin.end();
    await this.exit;
  }
}

const watcher = () => {
  window.seen = { shifts: [], tasks: [] };
  const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
  const where = ({ node, previousRect, currentRect }) =>
    `${(node?.outerHTML ?? node?.nodeName)?.slice(0, 80)} from ${box(previousRect)} to ${box(currentRect)}`;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      window.seen.shifts.push({ value: entry.value, input: entry.hadRecentInput, of: entry.sources.map(where) });
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.seen.tasks.push(Math.round(entry.duration));
  }).observe({ type: 'longtask', buffered: true });
};

// Chromium itself writes a line for each request that finds no server; that is no fault of a page.
const NETWORK = /^Failed to load resource|Service Worker registration blocked by Playwright/;

export async function open(browser, server, { address = '/', phone = false, context, before } = {}) {
  const made = context ?? await browser.newContext({
    viewport: phone ? { width: 375, height: 740 } : { width: 1100, height: 820 }, isMobile: phone, hasTouch: phone,
  });
  const page = await made.newPage();
  page.setDefaultTimeout(LIMIT);
  page.trouble = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !NETWORK.test(message.text())) page.trouble.push(message.text());
  });
  page.on('pageerror', (error) => page.trouble.push(error.message));
  await page.addInitScript(watcher);
  if (before) await page.addInitScript(before);
  await page.goto(server.url + address);
  return page;
}

export const at = (page, name) => page.locator(`[data-test=${name}]`);
export const saysUntil = (page, name, text) => at(page, name).filter({ hasText: text }).waitFor();
export const upUntil = (page) => page.locator('.strip.up').waitFor();
export const keptUntil = (page) => page.waitForFunction(() => navigator.serviceWorker.controller !== null);
export const streaming = (page) => saysUntil(page, 'stream', 'open');

export async function order(page, item, verdict = 'Ordered') {
  await page.fill('#item', item);
  await at(page, 'send').click();
  if (verdict) await saysUntil(page, 'said', `${verdict}: ${item}`);
}

export const unsent = (page, count) => until(`${count} orders are unsent`, async () => await at(page, 'unsent').innerText() === String(count));
export const waiting = async (page) => (await at(page, 'queue').locator('li .what').allInnerTexts()).map((text) => text.split('\n')[0].trim());
export const picture = (page, name) => page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });

// Nothing moved by itself, and nothing was complained of.
export async function calm(page) {
  const { shifts } = await page.evaluate(() => window.seen);
  assert.deepEqual(shifts.filter((shift) => !shift.input), []);
  assert.deepEqual(page.trouble, []);
}
