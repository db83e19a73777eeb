// Drawing the waterfall on its canvas.
import { endOf, isLost, outcomeWord } from './model.js';
import { color, PHASE_NAMES, SHAPES } from './palette.js';
import { tickLabel, ticks } from './words.js';

// Parts of the line's height: the phases can be told apart by more than their colour.
const THICKNESS = { connect: 0.3, send: 0.62, wait: 0.46, receive: 0.86 };
const shapes = {};

export function drawMark(ctx, word, x, y, size) {
  shapes[word] ??= new Path2D(SHAPES[word]);
  ctx.save();
  ctx.translate(x - size / 2, y - size / 2);
  ctx.scale(size / 16, size / 16);
  ctx.lineWidth = 48 / size;
  ctx.strokeStyle = color('panel');
  ctx.stroke(shapes[word]);
  ctx.fillStyle = color(word);
  ctx.fill(shapes[word], 'evenodd');
  ctx.restore();
}

// Calls `see` with phase (its number), from, to of each phase of one request; a stage that was not reached
// ends with the request.
function eachPhase(run, i, see) {
  const { a } = run, end = endOf(run, i);
  let now = a.start[i];
  for (let phase = 0; phase < PHASE_NAMES.length; phase++) {
    const until = phase === 0 ? a.connected[i] : phase === 1 ? a.sentAt[i] : phase === 2 ? a.first[i] : end;
    const to = Number.isNaN(until) ? end : until;
    if (to > now || phase === PHASE_NAMES.length - 1) see(phase, now, to);
    now = to;
    if (Number.isNaN(until)) return;
  }
}

// The same as a list of [name, from, to].
export function phasesOf(run, i) {
  const list = [];
  eachPhase(run, i, (phase, from, to) => list.push([PHASE_NAMES[phase], from, to]));
  return list;
}

function single(ctx, run, i, y, pitch, xOf) {
  const lost = isLost(run, i);
  for (const [phase, from, to] of phasesOf(run, i)) {
    const thick = pitch < 3 ? pitch : Math.max(pitch * THICKNESS[phase], 1);
    const x = xOf(from);
    ctx.fillStyle = color(phase);
    ctx.fillRect(x, y + (pitch - thick) / 2, Math.max(xOf(to) - x, phase === 'wait' ? 0 : 1), thick);
  }
  if (lost && pitch >= 3) {
    const x = xOf(run.a.start[i]);
    ctx.globalAlpha = 0.16;
    ctx.fillStyle = color(outcomeWord(run, i));
    ctx.fillRect(x, y, xOf(endOf(run, i)) - x, pitch);
    ctx.globalAlpha = 1;
  }
}

// A bundle shows, at each pixel, the phase that most of its requests are in; the more there are in it,
// the stronger.
function bundle(ctx, run, members, y, pitch, xOf, width) {
  const counts = PHASE_NAMES.map(() => new Int32Array(width + 2));
  const clip = (x) => Math.min(Math.max(Math.round(x), 0), width);
  const add = (phase, from, to) => {
    const x = clip(xOf(from));
    counts[phase][x]++;
    counts[phase][Math.max(clip(xOf(to)), Math.min(x + 1, width))]--;
  };
  for (const i of members) eachPhase(run, i, add);
  const now = [0, 0, 0, 0];
  let drawn = 0, was = -1, strength = 0;
  const flush = (x) => {
    if (was >= 0) {
      ctx.fillStyle = color(PHASE_NAMES[was]);
      ctx.globalAlpha = 0.3 + 0.7 * strength;
      ctx.fillRect(drawn, y, x - drawn, pitch);
    }
    drawn = x;
  };
  for (let x = 0; x <= width; x++) {
    let best = -1, sum = 0;
    for (let p = 0; p < 4; p++) {
      now[p] += counts[p][x];
      sum += now[p];
      if (now[p] > 0 && (best < 0 || now[p] > now[best])) best = p;
    }
    const level = Math.round(4 * sum / members.length) / 4;
    if (best !== was || level !== strength || x === width) flush(x);
    was = best;
    strength = Math.min(level, 1);
  }
  ctx.globalAlpha = 1;
}

// Ends are drawn last, and those of lost requests after all others, so that nothing covers them.
function ends(ctx, run, { list, lines }, xOf) {
  for (const lost of [false, true]) {
    let style = ''; // setting it is slow, and neighbours are alike
    for (const { from, to, y, height } of lines) {
      let last = NaN, lastWord = '';
      for (let m = from; m < to; m++) {
        const i = list[m];
        if (isLost(run, i) !== lost) continue;
        const x = xOf(endOf(run, i)), middle = y + height / 2, word = outcomeWord(run, i);
        if (height >= 7 || (lost && to - from === 1)) {
          drawMark(ctx, word, x, middle, Math.min(Math.max(height, 6), 12));
          continue;
        }
        if (word === lastWord && Math.abs(x - last) < 0.5) continue; // it would cover the same
        const size = lost ? 3 : 2, tall = Math.max(height, size);
        if (style !== word) ctx.fillStyle = color(word);
        style = lastWord = word;
        last = x;
        ctx.fillRect(x - size / 2, middle - tall / 2, size, tall);
      }
    }
  }
}

// ctx's origin is the top left of the plot.
export function paintRows(ctx, view, layout, xOf, width) {
  const { run } = view, { list, lines } = layout;
  for (const { from, to, y, height } of lines) {
    if (to - from === 1) single(ctx, run, list[from], y, height, xOf);
    else bundle(ctx, run, list.slice(from, to), y, height, xOf, width);
  }
  ends(ctx, run, layout, xOf);
}

export function paintAxis(ctx, view, xOf, width, top, height, grid) {
  const { step, list } = ticks(view.from, view.to, width / 90);
  ctx.font = '11px system-ui, sans-serif';
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  for (const at of list) {
    const x = Math.round(xOf(at)) + 0.5;
    ctx.fillStyle = color('grid');
    ctx.fillRect(x - 0.5, grid, 1, top - grid);
    ctx.fillStyle = color('dim');
    const text = tickLabel(at, step), half = ctx.measureText(text).width / 2;
    ctx.fillText(text, Math.min(Math.max(x, half - 30), width - half), top + 6, height * 9);
  }
}
