// What of a run is being looked at: a window of time, a filter, an order, the request under the pointer
// and the one that was picked. Everything that shows a part of it listens.
import { endOf, outcomeWord, reasonWord } from './model.js';

const ORDERS = {
  load: (run, i, k) => run.a.load[i] - run.a.load[k] || run.a.start[i] - run.a.start[k],
  start: (run, i, k) => run.a.start[i] - run.a.start[k],
  end: (run, i, k) => endOf(run, i) - endOf(run, k),
  outcome: (run, i, k) => run.a.outcome[k] - run.a.outcome[i] || run.a.start[i] - run.a.start[k],
};

export class View {
  constructor(run) {
    this.run = run;
    this.from = run.whole.from;
    this.to = run.whole.to;
    this.load = -1;
    this.outcomes = new Set(); // of words; empty: all
    this.reason = '';
    this.only = null; // the requests of one line that was opened
    this.order = 'load';
    this.picked = -1;
    this.at = NaN; // the instant under the pointer
    this.listeners = [];
    this.refilter();
  }

  // `what`: "window", "filter", "picked" or "at"
  on(what, listener) {
    this.listeners.push([what, listener]);
  }

  tell(what) {
    for (const [of, listener] of this.listeners) if (of === what) listener(this);
  }

  matches(i) {
    const { run } = this;
    return (this.load < 0 || run.a.load[i] === this.load) &&
      (!this.outcomes.size || this.outcomes.has(outcomeWord(run, i))) &&
      (!this.reason || reasonWord(run, i) === this.reason);
  }

  refilter() {
    const { run } = this;
    const list = this.only ?? Array.from({ length: run.n }, (_, i) => i);
    this.shown = this.isFiltered ? list.filter((i) => this.matches(i)) : list;
    this.shown.sort((i, k) => ORDERS[this.order](run, i, k) || i - k);
  }

  filter(change) {
    Object.assign(this, change);
    this.refilter();
    this.tell('filter');
  }

  get isFiltered() {
    return this.load >= 0 || this.outcomes.size > 0 || this.reason !== '' || this.only !== null;
  }

  // Never further out than the run, never closer than 20 µs.
  zoom(from, to) {
    const { whole } = this.run;
    const width = Math.max(to - from, 0.02);
    this.from = Math.max(Math.min((from + to) / 2 - width / 2, whole.to - width), whole.from);
    this.to = width < whole.to - whole.from ? this.from + width : whole.to;
    this.tell('window');
  }

  zoomOut() {
    this.zoom(this.run.whole.from, this.run.whole.to);
  }

  zoomBy(factor, around = (this.from + this.to) / 2) {
    this.zoom(around - (around - this.from) * factor, around + (this.to - around) * factor);
  }

  pan(share) {
    const by = (this.to - this.from) * share;
    this.zoom(this.from + by, this.to + by);
  }

  get isZoomed() {
    return this.from > this.run.whole.from || this.to < this.run.whole.to;
  }

  // From a little before the first signal to a little after the last event of the drain.
  zoomToDrain() {
    const times = this.run.steps.map((step) => step.ms);
    const first = Math.min(...times), last = Math.max(...times);
    const margin = Math.max((last - first) * 0.08, 0.5);
    this.zoom(first - margin, last + margin);
  }

  pick(i) {
    this.picked = i;
    this.tell('picked');
  }

  // From a list: and bring the story to where it can be read.
  show(i) {
    this.pick(i);
    this.tell('show');
  }

  hover(ms) {
    this.at = ms;
    this.tell('at');
  }

  isInWindow(i) {
    return this.run.a.start[i] <= this.to && endOf(this.run, i) >= this.from;
  }
}
