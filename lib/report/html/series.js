// The numbers behind the curves, over the requests that the filter lets through.
import { endOf } from './model.js';
import { roundUp } from './words.js';

// Each request is in flight from its start to its end.
export function flights(view) {
  const { run, shown } = view;
  const starts = Float64Array.from(shown, (i) => run.a.start[i]).sort();
  const ends = Float64Array.from(shown, (i) => endOf(run, i)).sort();
  return { starts, ends };
}

// How many of a sorted list are at most `value` (or, with `below`, smaller).
function rank(sorted, value, below) {
  let low = 0, high = sorted.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (sorted[mid] < value || (!below && sorted[mid] === value)) low = mid + 1;
    else high = mid;
  }
  return low;
}

// As the judge counts them: begun before that instant or at it, and not over by then.
export function inFlightAt({ starts, ends }, ms) {
  return rank(starts, ms) - rank(ends, ms);
}

export function mostInFlight({ starts, ends }) {
  let most = 0;
  for (let s = 0, e = 0; s < starts.length; s++) {
    while (e < ends.length && ends[e] <= starts[s]) e++;
    most = Math.max(most, s + 1 - e);
  }
  return most;
}

// The curve in a window: each step of it when they are few, else the most in each of `points` slices.
export function flightCurve(of, from, to, points) {
  const { starts, ends } = of;
  let s = rank(starts, from), e = rank(ends, from);
  const lastStart = rank(starts, to), lastEnd = rank(ends, to);
  const xs = [from], ys = [s - e];
  const slice = lastStart - s + lastEnd - e > 2 * points ? (to - from) / points : 0;
  while (s < lastStart || e < lastEnd) {
    const isEnd = e < lastEnd && (s >= lastStart || ends[e] <= starts[s]);
    const at = isEnd ? ends[e++] : starts[s++];
    const x = slice ? from + Math.floor((at - from) / slice) * slice : at;
    const last = xs.length - 1;
    if (x > xs[last]) {
      xs.push(x);
      ys.push(s - e);
    } else {
      ys[last] = slice ? Math.max(ys[last], s - e) : s - e;
    }
  }
  if (xs[xs.length - 1] < to) {
    xs.push(to);
    ys.push(s - e);
  }
  return [xs, ys];
}

// Attempts by the slice of time in which they ended, for each outcome that comes at all.
export function outcomeSlices(view, most) {
  const { run, shown, from, to } = view;
  const width = roundUp((to - from) / most);
  const first = Math.floor(from / width);
  const n = Math.max(Math.ceil(to / width) - first, 1);
  const counts = run.report.outcomes.map(() => null);
  for (const i of shown) {
    const slice = Math.floor(endOf(run, i) / width) - first;
    if (slice < 0 || slice >= n) continue;
    const outcome = run.a.outcome[i];
    counts[outcome] ??= new Array(n).fill(0);
    counts[outcome][slice]++;
  }
  return { width, xs: Array.from({ length: n }, (_, k) => (first + k) * width), counts };
}

// The accept queue was polled: it holds its depth until the next poll.
export function queueCurve(run, from, to) {
  const { at, depth } = run.queue;
  const xs = [from], ys = [0];
  for (let k = 0; k < at.length && at[k] <= to; k++) {
    if (at[k] <= from) {
      ys[0] = depth[k];
    } else if (at[k] === xs[xs.length - 1]) {
      ys[ys.length - 1] = depth[k];
    } else {
      xs.push(at[k]);
      ys.push(depth[k]);
    }
  }
  if (xs[xs.length - 1] < to) {
    xs.push(to);
    ys.push(ys[ys.length - 1]);
  }
  return [xs, ys];
}

export function queueAt(run, ms) {
  const polled = rank(run.queue.at, ms);
  return polled ? run.queue.depth[polled - 1] : 0;
}
