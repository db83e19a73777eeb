// The waterfall: one line a request (a bundle of them when there are thousands), drawn on a canvas; above
// it a second one for what follows the pointer. The table below the picture says the same in words.
import { drawSteps } from './curves.js';
import { h, say } from './dom.js';
import { endOf } from './model.js';
import { paintAxis, paintRows } from './paint.js';
import { color } from './palette.js';
import { layOut, lineAt } from './rows.js';
import { bundleTip, loadName, sentence, tip } from './story.js';
import { count, number } from './words.js';

const AXIS = 24, NAME = 11, TIP_GAP = 14, HEIGHTS = [540, 1400], DRAG = 4;

export class Waterfall {
  constructor(view, place, gutter) {
    this.view = view;
    this.gutter = gutter;
    this.tall = false;
    this.line = -1; // under the pointer
    this.drag = null; // [from, to] in pixels of the plot
    this.canvas = h('canvas', { 'aria-hidden': 'true' });
    this.over = h('canvas', { class: 'over', 'aria-hidden': 'true' });
    this.box = h('div', { class: 'falls', tabindex: '0', role: 'application',
      'aria-roledescription': 'waterfall', 'aria-describedby': 'keys' }, this.canvas, this.over);
    place.append(this.box);
    this.listen();
    view.on('at', () => this.drawOver());
    view.on('picked', () => this.drawOver());
  }

  xOf(ms) {
    return (ms - this.view.from) / (this.view.to - this.view.from) * this.plotWidth;
  }

  msAt(x) {
    return this.view.from + x / this.plotWidth * (this.view.to - this.view.from);
  }

  draw(width) {
    const { view } = this;
    this.plotWidth = Math.max(Math.round(width - this.gutter), 50);
    this.layout = layOut(view, HEIGHTS[Number(this.tall)]);
    const height = Math.ceil(this.layout.height) + AXIS;
    const ratio = devicePixelRatio;
    for (const canvas of [this.canvas, this.over]) {
      canvas.width = width * ratio;
      canvas.height = height * ratio;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const ctx = this.canvas.getContext('2d');
    ctx.scale(ratio, ratio);
    ctx.translate(this.gutter, 0);
    const xOf = (ms) => this.xOf(ms), bottom = height - AXIS;
    this.paintGroups(ctx, width);
    paintAxis(ctx, view, xOf, this.plotWidth, bottom, AXIS, 0);
    ctx.save();
    ctx.beginPath();
    ctx.rect(0, 0, this.plotWidth, bottom);
    ctx.clip();
    drawSteps(ctx, view.run, xOf, 0, bottom, 1);
    paintRows(ctx, view, this.layout, xOf, this.plotWidth);
    ctx.restore();
    this.line = view.picked < 0 ? -1 : this.lineOf(view.picked);
    this.describe();
    this.drawOver();
  }

  // The name of each load beside its lines.
  paintGroups(ctx, width) {
    const { view, layout, gutter } = this;
    ctx.font = '11px system-ui, sans-serif';
    ctx.textAlign = 'right';
    ctx.textBaseline = 'middle';
    let below = 0; // no name over another
    layout.parts.forEach(({ load, y, height }, k) => {
      ctx.fillStyle = color('shade');
      if (k % 2 === 0) ctx.fillRect(-gutter, y - 1, width, height + 2);
      const middle = Math.max(y + height / 2, NAME / 2);
      if (middle - NAME / 2 < below) return;
      below = middle + NAME / 2;
      ctx.fillStyle = color('dim');
      ctx.fillText(shorten(ctx, view.run.loads[load].name, gutter - 14), -8, middle);
    });
  }

  describe() {
    const { view, layout } = this;
    const bundled = layout.bundled > 1 ? `, up to ${layout.bundled} a line` : '';
    this.summary = `${count(layout.list.length, 'request')}${bundled}`;
    this.box.setAttribute('aria-label',
      `waterfall of ${this.summary}, of ${number(view.run.n)} in the run`);
    this.box.dataset.lines = layout.lines.length;
    this.box.dataset.requests = layout.list.length;
  }

  lineOf(i) {
    const { list, lines } = this.layout, at = list.indexOf(i);
    return at < 0 ? -1 : lines.findIndex((line) => at >= line.from && at < line.to);
  }

  membersOf(line) {
    const { list, lines } = this.layout;
    return lines[line] ? list.slice(lines[line].from, lines[line].to) : [];
  }

  drawOver() {
    if (!this.layout) return;
    const { view, layout } = this, ctx = this.over.getContext('2d'), ratio = devicePixelRatio;
    const bottom = this.over.height / ratio - AXIS;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, this.over.width, this.over.height);
    ctx.scale(ratio, ratio);
    ctx.translate(this.gutter, 0);
    ctx.strokeStyle = color('accent');
    const picked = view.picked < 0 ? -1 : this.lineOf(view.picked);
    for (const [line, thick] of [[this.line, 1], [picked, 2]]) {
      if (!layout.lines[line]) continue;
      ctx.lineWidth = thick;
      const { y, height } = layout.lines[line];
      ctx.strokeRect(-3, y - 1, this.plotWidth + 2, Math.max(height, 3) + 1);
    }
    if (!Number.isNaN(view.at)) {
      ctx.fillStyle = color('accent');
      ctx.fillRect(Math.round(this.xOf(view.at)), 0, 1, bottom);
    }
    if (this.drag) {
      ctx.globalAlpha = 0.18;
      ctx.fillStyle = color('accent');
      ctx.fillRect(Math.min(...this.drag), 0, Math.abs(this.drag[1] - this.drag[0]), bottom);
      ctx.globalAlpha = 1;
    }
  }

  listen() {
    const { box } = this;
    box.addEventListener('pointermove', (event) => this.move(event));
    box.addEventListener('pointerleave', () => this.leave());
    box.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      const { x } = this.point(event);
      this.drag = [x, x];
      box.setPointerCapture(event.pointerId);
    });
    box.addEventListener('pointerup', (event) => this.release(event));
    box.addEventListener('pointercancel', () => { this.drag = null; });
    box.addEventListener('wheel', (event) => {
      if (!event.ctrlKey && !event.shiftKey) return; // the page scrolls
      event.preventDefault();
      const by = event.deltaY || event.deltaX;
      if (event.ctrlKey) this.view.zoomBy(by > 0 ? 1.25 : 0.8, this.msAt(this.point(event).x));
      else this.view.pan(by > 0 ? 0.1 : -0.1);
    }, { passive: false });
    box.addEventListener('keydown', (event) => this.key(event));
  }

  point(event) {
    const rect = this.box.getBoundingClientRect();
    return { x: event.clientX - rect.left - this.gutter, y: event.clientY - rect.top };
  }

  move(event) {
    const { x, y } = this.point(event);
    if (this.drag) this.drag[1] = x;
    this.line = lineAt(this.layout, y);
    this.view.hover(x >= 0 && x <= this.plotWidth ? this.msAt(x) : NaN);
    this.showTip(event);
  }

  leave() {
    this.line = -1;
    this.view.hover(NaN);
    document.getElementById('tip').hidden = true;
  }

  showTip(event) {
    const element = document.getElementById('tip'), members = this.membersOf(this.line);
    element.hidden = !members.length || Boolean(this.drag && Math.abs(this.drag[1] - this.drag[0]) > DRAG);
    if (element.hidden) return;
    const { run } = this.view;
    element.replaceChildren(...(members.length === 1 ? tip(run, members[0]) : bundleTip(run, members)));
    const { width, height } = element.getBoundingClientRect();
    const right = event.clientX + TIP_GAP + width < innerWidth;
    const left = right ? event.clientX + TIP_GAP : Math.max(event.clientX - TIP_GAP - width, 4);
    const below = event.clientY + TIP_GAP + height < innerHeight;
    element.style.left = `${left}px`;
    element.style.top = `${below ? event.clientY + TIP_GAP : event.clientY - TIP_GAP - height}px`;
  }

  release(event) {
    const drag = this.drag;
    this.drag = null;
    if (!drag) return;
    if (Math.abs(drag[1] - drag[0]) > DRAG) {
      this.view.zoom(this.msAt(Math.min(...drag)), this.msAt(Math.max(...drag)));
      return;
    }
    this.move(event);
    this.open(this.line);
  }

  // A line of one request tells its story; a bundle is taken apart.
  open(line) {
    const members = this.membersOf(line);
    if (members.length === 1) this.view.pick(members[0]);
    if (members.length < 2) return;
    document.getElementById('tip').hidden = true;
    this.view.filter({ only: members });
  }

  key(event) {
    const { view } = this, keys = {
      ArrowDown: () => this.step(1), ArrowUp: () => this.step(-1),
      PageDown: () => this.step(10), PageUp: () => this.step(-10),
      Home: () => this.step(-Infinity), End: () => this.step(Infinity),
      ArrowLeft: () => view.pan(-0.15), ArrowRight: () => view.pan(0.15),
      '+': () => view.zoomBy(0.6, this.focus()), '=': () => view.zoomBy(0.6, this.focus()),
      '-': () => view.zoomBy(1 / 0.6, this.focus()),
      0: () => view.zoomOut(),
      d: () => view.zoomToDrain(),
      Enter: () => this.open(this.line >= 0 ? this.line : this.lineOf(view.picked)),
      Escape: () => view.pick(-1),
    };
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  }

  // Zooming by key keeps the end of the request that was picked in place.
  focus() {
    const { run, picked, from, to } = this.view;
    const at = picked < 0 ? NaN : endOf(run, picked);
    return at > from && at < to ? at : undefined;
  }

  step(by) {
    const { lines } = this.layout, { run } = this.view;
    if (!lines.length) return;
    const now = this.line >= 0 ? this.line : this.lineOf(this.view.picked);
    const outside = by > 0 ? -1 : lines.length;
    this.line = Math.min(Math.max((now < 0 ? outside : now) + by, 0), lines.length - 1);
    const members = this.membersOf(this.line);
    if (members.length === 1) {
      this.view.pick(members[0]);
      say(sentence(run, members[0]));
    } else {
      say(`${count(members.length, 'request')} of ${loadName(run, members[0])}; Enter shows them`);
      this.drawOver();
    }
  }
}

function shorten(ctx, text, width) {
  if (ctx.measureText(text).width <= width) return text;
  let kept = text;
  while (kept.length > 1 && ctx.measureText(`${kept}…`).width > width) kept = kept.slice(0, -1);
  return `${kept}…`;
}
