// What people saw: a table of all loads with a frontend, and each intention as a line that joins its attempts.
import { fill, h, icon } from './dom.js';
import { decodeColumn, endOf, outcomeWord } from './model.js';
import { SHAPES, VERDICT_SHAPES } from './palette.js';
import { storms } from './storm.js';
import { count, duration, number } from './words.js';

const LINES = 40, WIDTH = 1000, HEIGHT = 20;
const SAW_SHAPES = {
  fine: VERDICT_SHAPES.passed, late: SHAPES['timed-out'], stale: SHAPES.aborted, queued: SHAPES.unfinished,
  'error-shown': SHAPES.failed, lost: SHAPES['cut-off'], doubled: SHAPES.refused,
};

// One object an intention, and with it the attempts at it, in their order.
function readPeople(run) {
  const all = [];
  run.people.forEach((columns, load) => {
    if (!columns) return;
    const at = {}, first = all.length;
    for (const name of ['client', 'wanted', 'took', 'saw', 'orders', 'lost'])
      at[name] = decodeColumn(columns[name], columns.n);
    for (let k = 0; k < columns.n; k++) {
      all.push({ load, number: k + 1, client: at.client[k], from: at.wanted[k] / 1000,
        to: at.took[k] < 0 ? NaN : (at.wanted[k] + at.took[k]) / 1000, rank: at.saw[k],
        saw: at.saw[k] < 0 ? 'open' : run.report.saw[at.saw[k]].word,
        orders: at.orders[k], lost: at.lost[k] / 1000, attempts: [] });
    }
    for (let i = 0; i < run.n; i++)
      if (run.a.load[i] === load && run.a.request[i] >= 1 && run.a.request[i] <= columns.n)
        all[first + run.a.request[i] - 1].attempts.push(i);
  });
  return all;
}

const sawWord = (word) =>
  [SAW_SHAPES[word] && icon(SAW_SHAPES[word], word), h('span', { class: `word ${word}` }, word)];

function witnessNote(users) {
  return [users.listed ? `${count(users.orders, 'order')} in the server's list` : null,
    users.untold && `how many orders ${number(users.untold)} of them became is not known: no witness`,
    users.acknowledged_lost && `${number(users.acknowledged_lost)} lost after they were acknowledged`,
    users.resurrected && `${number(users.resurrected)} given up and there all the same`,
    users.reordered && `${number(users.reordered)} out of order`,
    users.other_reply && `${number(users.other_reply)} whose key was answered with another body`,
    users.undelivered && `${number(users.undelivered)} still queued at the end`,
    users.open && `${number(users.open)} still under way at the end, not counted`].filter(Boolean).join('; ');
}

function sawCell(users, word) {
  const n = users.saw[word], judged = users.intentions - users.open;
  return h('td', { class: 'n' }, n > 0 && `${number(n)} (${(100 * n / judged).toFixed(1)}%)`);
}

function sawTable(run) {
  const loads = run.loads.filter((load) => load.users);
  const words = run.report.saw.map(({ word }) => word).filter((word) => loads.some((load) => load.users.saw[word]));
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'what people saw, by load' },
    h('table', { class: 'numbers saw' }, h('thead', null, h('tr', null, h('th', { scope: 'col' }, 'people of'),
      words.map((word) => h('th', { scope: 'col' }, sawWord(word))),
      ['user-seconds lost', 'the orders'].map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', null, loads.map(({ name, users }) => h('tr', null, h('th', { scope: 'row' }, name),
      words.map((word) => sawCell(users, word)), h('td', { class: 'n' }, users.user_seconds_lost.toFixed(1)),
      h('td', null, witnessNote(users)))))));
}

function svg(tag, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// A thin line from the wish to its end, a bar on it for each attempt, and a mark where it was settled.
function drawLine(view, wish) {
  const { run } = view, { from, to } = run.whole, xOf = (ms) => (ms - from) / (to - from) * WIDTH;
  const picture = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', class: 'wish',
    'aria-hidden': 'true' });
  if (run.signal) picture.append(svg('rect', { class: 'at-signal', x: xOf(0), y: 0, width: 1.5, height: HEIGHT }));
  const end = Number.isNaN(wish.to) ? to : wish.to, x = xOf(wish.from);
  picture.append(svg('rect', { class: `thread ${wish.saw}`, x, y: HEIGHT / 2 - 1,
    width: Math.max(xOf(end) - x, 1), height: 2 }));
  for (const i of wish.attempts) {
    const start = xOf(run.a.start[i]);
    const bar = svg('rect', { class: `attempt ${outcomeWord(run, i)}`, x: start, y: 4,
      width: Math.max(xOf(endOf(run, i)) - start, 3), height: HEIGHT - 8 });
    bar.addEventListener('click', () => view.show(i));
    picture.append(bar);
  }
  picture.append(svg('rect', { class: `settled ${wish.saw}`, x: xOf(end), y: 1, width: 3, height: HEIGHT - 2 }));
  return picture;
}

function attemptsOf(view, wish) {
  if (!wish.attempts.length) return h('span', { class: 'dim' }, 'never sent');
  return wish.attempts.map((i) => {
    const word = outcomeWord(view.run, i), id = view.run.a.id[i];
    return h('button', { type: 'button', class: `link ${word}`, title: word, 'aria-label': `attempt ${id}, ${word}`,
      onclick: () => view.show(i) }, `#${id}`, icon(SHAPES[word], word));
  });
}

function ordersOf(wish) {
  return wish.orders === -2 ? '' : wish.orders < 0 ? 'not known' : count(wish.orders, 'order');
}

function wishRow(view, wish) {
  const name = view.run.loads[wish.load].name;
  return h('tr', { 'data-saw': wish.saw }, h('th', { scope: 'row' }, `${name} ${number(wish.number)}`),
    h('td', null, sawWord(wish.saw)), h('td', { class: 'line' }, drawLine(view, wish)),
    h('td', null, duration(wish.lost)), h('td', null, ordersOf(wish)), h('td', null, attemptsOf(view, wish)));
}

function wishLines(view, all, place, heading) {
  let shown = LINES, load = -1;
  const body = h('tbody'), title = h(heading, { id: 'wishes' }), { run } = view;
  const more = h('button', { type: 'button', onclick: () => { shown += 5 * LINES; draw(); } });
  const which = h('select', { name: 'people', onchange: () => { load = Number(which.value); shown = LINES; draw(); } },
    h('option', { value: '-1' }, 'all'), run.loads.map((l, k) => l.users && h('option', { value: String(k) }, l.name)));
  const span = `attempts on its line, ${duration(run.whole.from)} to ${duration(run.whole.to)}`;
  const draw = () => {
    const list = all.filter((wish) => load < 0 || wish.load === load), few = list.slice(0, shown);
    fill(title, `Intentions, the worst first: ${number(list.length)}`);
    body.replaceChildren(...few.map((wish) => wishRow(view, wish)));
    more.hidden = few.length === list.length;
    fill(more, `more intentions (${number(list.length - few.length)} left)`);
  };
  place.append(h('div', { class: 'panel-head' }, title, h('label', null, 'people of ', which)),
    h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-labelledby': 'wishes' },
      h('table', { class: 'wishes' }, h('thead', null, h('tr', null, ['intention', 'saw', span, 'time lost', 'became',
        'attempts'].map((name) => h('th', { scope: 'col' }, name)))), body)), more);
  draw();
}

export function people(view) {
  const { run } = view;
  if (!run.people?.some(Boolean)) return null;
  const all = readPeople(run).sort((a, b) => b.rank - a.rank || b.lost - a.lost || a.from - b.from);
  const card = h('section', { class: 'card people' }, h(run.heading, null, 'What people saw'), sawTable(run));
  const level = run.heading === 'h2' ? 'h3' : 'h4', came = storms(run);
  if (came.length) {
    came[0].open = true;
    card.append(h(level, { class: 'storms' }, 'What came to the server when it was back'), ...came);
  }
  wishLines(view, all, card, level);
  return card;
}
