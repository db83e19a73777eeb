// The bar above the picture: what is shown, in which order, and which part of the time.
import { h, icon, say, fill } from './dom.js';
import { isLost, outcomeWord, reasonWord } from './model.js';
import { PHASE_NAMES, SHAPES } from './palette.js';
import { count, number } from './words.js';

const ORDER_NAMES = [['load', 'load, then start'], ['start', 'start'], ['end', 'end'],
  ['outcome', 'outcome, the lost first']];

function tally(run, wordOf) {
  const counts = new Map();
  for (let i = 0; i < run.n; i++) {
    const word = wordOf(run, i);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function choice(label, name, options, chosen) {
  const select = h('select', { name, onchange: () => chosen(select.value) },
    options.map(([value, text]) => h('option', { value }, text)));
  return h('label', null, label, ' ', select);
}

function outcomeButtons(view) {
  const counts = tally(view.run, outcomeWord), buttons = [];
  for (const { word, sentence } of view.run.report.outcomes) {
    if (!counts.has(word)) continue;
    const button = h('button', {
      type: 'button', class: `outcome ${word}`, 'aria-pressed': 'false', title: sentence,
      'data-outcome': word,
      onclick: () => {
        const outcomes = new Set(view.outcomes);
        if (!outcomes.delete(word)) outcomes.add(word);
        view.filter({ outcomes });
      },
    }, icon(SHAPES[word], word), word, ' ', h('span', { class: 'n' }, number(counts.get(word))));
    buttons.push(button);
  }
  view.on('filter', () => {
    for (const button of buttons)
      button.setAttribute('aria-pressed', String(view.outcomes.has(button.dataset.outcome)));
  });
  return h('div', { class: 'outcomes', role: 'group', 'aria-label': 'show only these outcomes' }, buttons);
}

function zoomButtons(view, picture) {
  const button = (text, label, act) =>
    h('button', { type: 'button', title: label, 'aria-label': /\w/.test(text) ? null : label,
      onclick: act }, text);
  const tall = h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => {
    tall.setAttribute('aria-pressed', String(picture.toggleTall()));
  } }, 'taller');
  return h('div', { class: 'zoom', role: 'group', 'aria-label': 'zoom' },
    button('−', 'zoom out', () => view.zoomBy(1 / 0.6)), button('+', 'zoom in', () => view.zoomBy(0.6)),
    button('◀', 'earlier', () => view.pan(-0.25)), button('▶', 'later', () => view.pan(0.25)),
    view.run.steps.length > 0 && button('the drain', 'zoom to the drain', () => view.zoomToDrain()),
    button('everything', 'zoom out to the whole run', () => view.zoomOut()),
    tall);
}

export function legend() {
  return h('p', { class: 'legend' }, PHASE_NAMES.map((phase) =>
    [h('i', { class: `swatch ${phase}`, 'aria-hidden': 'true' }), `${phase} `]));
}

export function filters(view, picture) {
  const { run } = view;
  const reasons = [...tally(run, reasonWord)].sort((a, b) => b[1] - a[1]);
  const lost = new Set(run.report.outcomes.filter((_, o) => run.report.is_lost[o]).map((o) => o.word));
  const load = choice('load', 'load', [['-1', 'all'],
    ...run.loads.map((l, k) => [String(k), `${l.name} (${number(l.attempts)})`])],
  (value) => view.filter({ load: Number(value) }));
  const reason = choice('reason', 'reason', [['', 'all'],
    ...reasons.map(([word, n]) => [word, `${word} (${number(n)})`])],
  (value) => view.filter({ reason: value }));
  const order = choice('order', 'order', ORDER_NAMES, (value) => view.filter({ order: value }));
  const status = h('p', { class: 'shown', role: 'status' });
  const reset = h('button', { type: 'button', class: 'reset', hidden: true, onclick: () => {
    load.querySelector('select').focus(); // this button is gone when nothing is filtered
    view.filter({ load: -1, outcomes: new Set(), reason: '', only: null });
    say('all requests are shown');
  } }, 'show all');
  const update = () => {
    load.querySelector('select').value = String(view.load);
    reason.querySelector('select').value = view.reason;
    order.querySelector('select').value = view.order;
    reset.hidden = !view.isFiltered;
    fill(status, view.shown.length === run.n ? count(run.n, 'request')
      : `${number(view.shown.length)} of ${count(run.n, 'request')}`);
  };
  view.on('filter', update);
  update();
  const hasLost = run.n > 0 && Array.from({ length: run.n }, (_, i) => i).some((i) => isLost(run, i));
  return h('div', { class: 'filters' },
    h('div', { class: 'bar' }, outcomeButtons(view),
      hasLost && h('button', { type: 'button', class: 'only-lost',
        onclick: () => view.filter({ outcomes: new Set(lost) }) }, 'only the lost'),
      reset, status),
    h('div', { class: 'bar' }, run.loads.length > 1 && load, reasons.length > 1 && reason, order,
      zoomButtons(view, picture)));
}
