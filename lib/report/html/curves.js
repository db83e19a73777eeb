// The three curves above the waterfall (uPlot): requests in flight, outcomes in each slice of time, and
// the depth of the accept queue.
import { h, fill, icon } from './dom.js';
import { color, SHAPES } from './palette.js';
import {
  flightCurve, flights, inFlightAt, mostInFlight, outcomeSlices, queueAt, queueCurve,
} from './series.js';
import { count, duration, instant, number, ticks } from './words.js';

const CURVE_HEIGHTS = { flight: 98, outcomes: 98, queue: 66 };
const FONT = '11px system-ui, sans-serif';

// The lines of the signals and the drain, through every curve.
export function drawSteps(ctx, run, xOf, top, bottom, ratio) {
  for (const step of run.steps) {
    const x = Math.round(xOf(step.ms)) + 0.5;
    ctx.strokeStyle = color(step.bad ? 'bad' : step.kind === 'signal' ? 'signal' : 'dim');
    ctx.lineWidth = (step.kind === 'signal' ? 1.5 : 1) * ratio;
    ctx.setLineDash(step.kind === 'signal' ? [] : [3 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, bottom);
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

function drawGrid(u, view) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.strokeStyle = color('grid');
  ctx.lineWidth = 1;
  for (const at of ticks(view.from, view.to, u.over.clientWidth / 90).list) {
    const x = Math.round(u.valToPos(at, 'x', true)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function drawLines(u, view) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  drawSteps(ctx, view.run, (ms) => u.valToPos(ms, 'x', true), bbox.top, bbox.top + bbox.height,
    devicePixelRatio);
  ctx.restore();
}

function options(view, what, width, gutter, series) {
  return {
    width,
    height: CURVE_HEIGHTS[what],
    padding: [6, 0, 8, 0],
    legend: { show: false },
    series: [{}, ...series],
    scales: {
      x: { time: false, range: () => [view.from, view.to] },
      y: { range: (u, low, high) => [0, Math.max(high ?? 1, 1) * 1.06] },
    },
    axes: [
      { show: false },
      {
        size: gutter, font: FONT, gap: 6, space: 26, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000,
          2000, 5000, 10000, 20000, 50000, 100000],
        stroke: () => color('dim'),
        grid: { stroke: () => color('grid'), width: 1 },
        ticks: { show: false },
      },
    ],
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
    hooks: {
      drawClear: [(u) => drawGrid(u, view)],
      draw: [(u) => drawLines(u, view)],
      setSelect: [(u) => {
        if (u.select.width < 4) return;
        const from = u.posToVal(u.select.left, 'x');
        const to = u.posToVal(u.select.left + u.select.width, 'x');
        u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        view.zoom(from, to);
      }],
      setCursor: [(u) => {
        const { left } = u.cursor;
        view.hover(left === undefined || left < 0 ? NaN : u.posToVal(left, 'x'));
      }],
    },
  };
}

const stepped = () => uPlot.paths.stepped({ align: 1 });

function area(name) {
  return {
    stroke: () => color(name), fill: () => `color-mix(in srgb, ${color(name)} 22%, transparent)`,
    width: 1.5, paths: stepped(), points: { show: false },
  };
}

function bars(word) {
  return {
    fill: () => color(word), stroke: () => color(word), width: 0, points: { show: false },
    paths: uPlot.paths.bars({ size: [0.86, 40], align: 1 }),
  };
}

// A bar for the sum is drawn first, and the smaller sums over it: a stack.
function stack({ xs, counts }, words) {
  const sums = new Array(xs.length).fill(0), layers = [];
  counts.forEach((of, outcome) => {
    if (!of) return;
    of.forEach((n, k) => { sums[k] += n; });
    layers.unshift({ word: words[outcome].word, data: [...sums] });
  });
  return layers;
}

export class Curves {
  constructor(view, place, gutter) {
    this.view = view;
    this.gutter = gutter;
    this.plots = {};
    this.frames = {};
    for (const [what, title] of [['flight', 'requests in flight'], ['outcomes', 'outcomes'],
      ['queue', 'accept queue']]) {
      const frame = { readout: h('span', { class: 'readout' }), note: h('span', { class: 'note' }),
        plot: h('div', { class: 'plot', role: 'img' }) };
      frame.box = h('div', { class: 'curve' },
        h('p', { class: 'curve-title' }, h('b', null, title), frame.note, frame.readout), frame.plot);
      frame.plot.addEventListener('dblclick', () => view.zoomOut());
      place.append(frame.box);
      this.frames[what] = frame;
    }
    view.on('filter', () => this.count());
    view.on('at', () => this.follow());
    this.count();
  }

  count() {
    this.of = flights(this.view);
  }

  data() {
    const { view } = this, width = Math.max(this.width - this.gutter, 100);
    this.slices = outcomeSlices(view, Math.min(width / 9, 120));
    const layers = stack(this.slices, view.run.report.outcomes);
    return {
      flight: { data: flightCurve(this.of, view.from, view.to, width), series: [area('flight')] },
      outcomes: {
        data: [this.slices.xs, ...layers.map((layer) => layer.data)],
        series: layers.map((layer) => bars(layer.word)),
      },
      queue: { data: queueCurve(view.run, view.from, view.to), series: [area('queue')] },
    };
  }

  draw(width) {
    const { view } = this;
    this.width = width;
    for (const [what, { data, series }] of Object.entries(this.data())) {
      const frame = this.frames[what];
      const shape = `${width} ${series.length}`;
      if (frame.shape === shape && what !== 'outcomes') {
        this.plots[what].setData(data);
        continue;
      }
      this.plots[what]?.destroy();
      this.plots[what] = new uPlot(options(view, what, width, this.gutter, series),
        series.length ? data : [data[0]], frame.plot);
      frame.shape = shape;
    }
    this.notes();
    this.follow();
  }

  // What the curves say, in words.
  notes() {
    const { run, isFiltered } = this.view, { queue } = run;
    const most = mostInFlight(this.of), deepest = queue.depth.reduce((a, b) => Math.max(a, b), 0);
    const atSignal = run.signal ? `, ${this.atSignal()}` : '';
    const texts = {
      flight: `at most ${number(most)}${atSignal}${isFiltered ? ' (of those shown)' : ''}`,
      outcomes: `by when they ended, ${duration(this.slices.width)} a bar`,
      queue: queue.at.length === 0 ? 'not seen'
        : deepest === 0 ? 'empty whenever it was polled'
          : `at most ${count(deepest, 'connection')}${queue.limit ? ` of ${number(queue.limit)}` : ''}`,
    };
    for (const [what, text] of Object.entries(texts)) {
      const frame = this.frames[what];
      fill(frame.note, text);
      frame.plot.setAttribute('aria-label', `${frame.box.querySelector('b').textContent}: ${text}`);
    }
  }

  // As the judge counts them: by the phase that each was in.
  atSignal() {
    const { run, shown } = this.view, counts = new Map();
    for (const i of shown) {
      const { word } = run.report.phases[run.a.phase[i]];
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const { phases, is_in_flight } = run.report;
    const open = phases.filter((_, i) => is_in_flight[i]);
    const idle = counts.get('idle') ?? 0;
    return `${number(open.reduce((sum, { word }) => sum + (counts.get(word) ?? 0), 0))} at ${run.signal}` +
      (idle ? ` (and ${number(idle)} about to be, on an idle connection)` : '');
  }

  outcomesAt(ms) {
    const { xs, width, counts } = this.slices;
    const slice = Math.floor((ms - xs[0]) / width);
    if (slice < 0 || slice >= xs.length) return [];
    const { outcomes } = this.view.run.report;
    const parts = counts.flatMap((of, o) => (of?.[slice] ? [[of[slice], outcomes[o].word]] : []));
    return parts.map(([n, word]) => h('span', { class: `part ${word}` }, icon(SHAPES[word], word),
      `${number(n)} ${word}`));
  }

  // One line through all curves, and what they are there.
  follow() {
    const { at, run } = this.view, none = Number.isNaN(at);
    for (const plot of Object.values(this.plots)) {
      const left = none ? -10 : plot.valToPos(at, 'x');
      if (Math.abs((plot.cursor.left ?? -10) - left) > 0.5)
        plot.setCursor({ left, top: none ? -10 : 4 }, false);
    }
    const when = none ? '' : instant(at, run.signal);
    fill(this.frames.flight.readout, none ? '' : `${number(inFlightAt(this.of, at))} at ${when}`);
    fill(this.frames.outcomes.readout, none ? '' : this.outcomesAt(at));
    fill(this.frames.queue.readout, none ? '' : `${number(queueAt(run, at))}`);
  }

  destroy() {
    for (const plot of Object.values(this.plots)) plot.destroy();
  }
}
