// What the picture shows, as lists and tables: the drain, what was expected, the requests, the target's log.
import { fill, h, icon } from './dom.js';
import { ask, isLost, outcomeWord, reasonWord } from './model.js';
import { SHAPES, VERDICT_SHAPES } from './palette.js';
import { bytesOf, loadName, phaseAtSignal } from './story.js';
import { count, duration, number } from './words.js';

const PAGE = 50;

function section(run, title, ...content) {
  return h('section', { class: 'card' }, h(run.heading, null, title), content);
}

export function drain(view) {
  const { run } = view;
  if (!run.steps.length) return null;
  const exited = run.steps.some((step) => step.kind === 'exit');
  return section(run, 'The drain', h('ol', { class: 'drain' }, run.steps.map((step) =>
    h('li', { class: `${step.kind}${step.bad ? ' bad' : ''}` },
      h('span', { class: 'when' }, duration(step.ms)), h('span', null, step.text))),
  !exited && h('li', { class: 'bad' }, h('span', { class: 'when' }, '–'),
    h('span', null, run.target.killed ? 'did not exit; drainctl ended it' : 'no exit was seen'))));
}

export function expectations(view) {
  const { run } = view;
  if (!run.expectations.length) return null;
  const find = (id) => run.a.id.indexOf(id);
  return section(run, 'Expected', h('ul', { class: 'expected' }, run.expectations.map((x) =>
    h('li', { class: x.verdict }, icon(VERDICT_SHAPES[x.verdict], x.verdict),
      h('div', null, h('p', null, h('b', null, x.text), ' ',
        h('span', { class: `word ${x.verdict}` }, x.verdict === 'passed' ? 'held'
          : x.verdict === 'failed' ? 'broken' : 'unclear')),
      x.verdict !== 'passed' && h('p', { class: 'dim' }, `expected ${x.expected}, observed ${x.observed}`),
      x.verdict !== 'passed' && x.attempts.length > 0 && h('p', null, 'for instance ',
        x.attempts.map((id) => h('button', { type: 'button', class: 'link',
          onclick: () => view.show(find(id)) }, `#${id}`))))))));
}

function columns(run) {
  const list = [
    ['request', (i) => `#${run.a.id[i]}`],
    ['outcome', (i) => [icon(SHAPES[outcomeWord(run, i)], outcomeWord(run, i)), outcomeWord(run, i)]],
    ['reason', (i) => reasonWord(run, i)],
    ['load', (i) => loadName(run, i)],
    ['asked for', (i) => ask(run, i)],
    ['started', (i) => duration(run.a.start[i])],
    ['took', (i) => (Number.isNaN(run.a.end[i]) ? 'open' : duration(run.a.end[i] - run.a.start[i]))],
    ['answer', (i) => bytesOf(run, i)],
  ];
  if (run.signal) list.splice(5, 0, [`at ${run.signal}`, (i) => phaseAtSignal(run, i)]);
  return list;
}

function row(view, cells, i) {
  return h('tr', { class: isLost(view.run, i) ? 'lost' : null, 'data-id': view.run.a.id[i] },
    cells.map(([name, of], k) => (k === 0
      ? h('th', { scope: 'row' }, h('button', { type: 'button', class: 'link', onclick: () => view.show(i),
        'aria-label': `the story of request ${of(i)}` }, of(i)))
      : h('td', { 'data-name': name }, of(i)))));
}

// The requests that the filter lets through: those that were lost, or all of them. This is also what the
// waterfall says to those who cannot see it.
export class Requests {
  constructor(view, place) {
    this.view = view;
    this.all = false;
    this.rows = PAGE;
    this.title = h(view.run.heading, { id: 'requests' });
    this.which = h('button', { type: 'button', onclick: () => {
      this.all = !this.all;
      this.rows = PAGE;
      this.draw();
    } });
    this.more = h('button', { type: 'button', onclick: () => {
      this.rows += 4 * PAGE;
      this.draw();
    } });
    this.body = h('tbody');
    const names = columns(view.run).map(([name]) => h('th', { scope: 'col' }, name));
    this.table = h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-labelledby': 'requests' },
      h('table', null, h('thead', null, h('tr', null, names)), this.body));
    this.none = h('p', { class: 'dim' });
    place.append(h('section', { class: 'card requests' },
      h('div', { class: 'panel-head' }, this.title, this.which), this.none, this.table, this.more));
    view.on('filter', () => this.draw());
    this.draw();
  }

  draw() {
    const { view } = this, { run } = view;
    const lost = view.shown.filter((i) => isLost(run, i));
    const list = this.all ? view.shown : lost, few = list.slice(0, this.rows);
    const cells = columns(run);
    fill(this.title, this.all ? `Requests: ${number(list.length)}` : `Lost requests: ${number(list.length)}`);
    fill(this.which, this.all ? `only the lost (${number(lost.length)})`
      : `all that are shown (${number(view.shown.length)})`);
    this.body.replaceChildren(...few.map((i) => row(view, cells, i)));
    this.table.hidden = !few.length;
    this.none.hidden = few.length > 0;
    fill(this.none, this.all || view.isFiltered ? 'None that the filter lets through.'
      : run.n ? 'None: every request was completed, or told clearly to go elsewhere.' : 'No request was made.');
    if (few.length === list.length && document.activeElement === this.more) {
      this.title.tabIndex = -1;
      this.title.focus();
    }
    this.more.hidden = few.length === list.length;
    fill(this.more, `more (${number(list.length - few.length)} left)`);
  }
}

export function log(view) {
  const { run } = view;
  if (!run.log.length) return null;
  return h('details', { class: 'card' }, h('summary', null, h(run.heading, null, 'What the target said and did')),
    h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'the target\'s log' },
      h('table', { class: 'log' }, h('thead', null, h('tr', null, ['when', 'what', ''].map((name) =>
        h('th', { scope: 'col' }, name || 'text')))),
      h('tbody', null, run.log.map(([us, what, text]) =>
        h('tr', { class: what }, h('td', null, duration(us / 1000)), h('td', null, what),
          h('td', { class: 'output' }, text)))))),
    run.log_left_out > 0 && h('p', { class: 'dim' }, `${count(run.log_left_out, 'line')} more in the journal`));
}

// Phase at the signal by outcome: the table of the text report.
export function phaseTable(view) {
  const { run } = view;
  if (!run.signal || !run.n) return null;
  const words = run.report.outcomes.map((o) => o.word)
    .filter((word) => run.loads.some((load) => load.outcomes[word] > 0));
  const rows = run.loads.flatMap((load) => run.report.phases.map(({ word: phase }) => phase)
    .filter((phase) => load.phases[phase]).map((phase) => [load, phase]));
  return section(run, `At ${run.signal}`, h('div', { class: 'scroll', tabindex: '0', role: 'region',
    'aria-label': `phase at ${run.signal} by outcome` },
  h('table', { class: 'numbers' }, h('thead', null, h('tr', null, ['load', 'phase'].map((name) =>
    h('th', { scope: 'col' }, name)), words.map((word) => h('th', { scope: 'col' },
    icon(SHAPES[word], word), word)))),
  h('tbody', null, rows.map(([load, phase]) => h('tr', null, h('th', { scope: 'row' }, load.name),
    h('td', null, phase), words.map((word) => h('td', { class: 'n' },
      load.phases[phase][word] ? number(load.phases[phase][word]) : ''))))))));
}
