// A request's whole story, in words: short for the pointer, long for the one that was picked.
import { fill, h, icon } from './dom.js';
import { ask, endOf, has, isLost, outcomeWord, reasonSentence, reasonWord } from './model.js';
import { phasesOf } from './paint.js';
import { SHAPES } from './palette.js';
import { bytes, count, duration, instant, number } from './words.js';

const FRAMING = ['', 'no body', 'framed by its length', 'chunked', 'framed by the connection\'s end'];
const PROCESSED = ['not known', 'no', 'yes'];
const PHASE_DOES = { connect: 'connecting', send: 'sending', wait: 'waiting', receive: 'receiving' };

export function loadName(run, i) {
  return run.loads[run.a.load[i]].name;
}

export function phaseAtSignal(run, i) {
  return run.report.phases[run.a.phase[i]].word;
}

// What was sent and received.
export function bytesOf(run, i) {
  const { a } = run;
  if (!has(run, i, 'headDone')) return a.head[i] > 0 ? `${bytes(a.head[i])} of a head` : 'no answer';
  const promised = a.length[i] >= 0 && a.framing[i] === 2 ? ` of ${number(a.length[i])}` : '';
  return `${number(a.body[i])}${promised} bytes of body`;
}

function phaseParts(run, i) {
  const n = phasesOf(run, i);
  return n.map(([phase, from, to], k) => [phase, to - from, k === n.length - 1 && phase !== 'receive']);
}

export function headline(run, i) {
  const word = outcomeWord(run, i);
  return [icon(SHAPES[word], word), h('b', null, `#${run.a.id[i]} ${loadName(run, i)}`), ' ',
    h('span', { class: `word ${word}` }, word), ' ', h('span', { class: 'reason' }, reasonWord(run, i))];
}

// One sentence, for the pointer and for those who listen.
export function sentence(run, i) {
  const { a, signal } = run;
  const ended = Number.isNaN(a.end[i]) ? 'still open when the run ended'
    : `${outcomeWord(run, i)} ${instant(a.end[i], signal)}`;
  const phase = signal && run.report.phases[a.phase[i]];
  return `#${a.id[i]} ${loadName(run, i)}, ${ask(run, i)}: ${ended}, ${reasonWord(run, i)}; ` +
    phaseParts(run, i).map(([name, took]) => `${name} ${duration(took)}`).join(', ') +
    (phase ? `; at ${signal}: ${phase.word}` : '');
}

export function tip(run, i) {
  return [h('p', { class: 'tip-head' }, headline(run, i)),
    h('p', null, ask(run, i)),
    h('p', { class: 'tip-phases' }, phaseParts(run, i).map(([phase, took]) =>
      h('span', { class: `chip ${phase}` }, `${phase} ${duration(took)}`))),
    h('dl', { class: 'tip-facts' }, facts(run, i).filter(([name]) => name !== 'request')
      .map(([name, text]) => [h('dt', null, name), h('dd', null, text)]))];
}

// Many requests on one line.
export function bundleTip(run, members) {
  const of = new Map();
  let from = Infinity, to = -Infinity;
  for (const i of members) {
    const word = outcomeWord(run, i);
    of.set(word, (of.get(word) ?? 0) + 1);
    from = Math.min(from, run.a.start[i]);
    to = Math.max(to, endOf(run, i));
  }
  return [h('p', { class: 'tip-head' }, h('b', null, count(members.length, 'request')),
    ` from ${duration(from)} to ${duration(to)}`),
  h('p', null, [...of].map(([word, n]) =>
    h('span', { class: `part ${word}` }, icon(SHAPES[word], word), `${number(n)} ${word}`))),
  h('p', { class: 'dim' }, 'click to see them one by one')];
}

function facts(run, i) {
  const { a, signal } = run;
  const connection = a.port[i] > 0
    ? `from port ${a.port[i]}, ${has(run, i, 'reused') ? 'kept alive from an earlier request' : 'new'}`
    : 'never made';
  const list = [
    ['request', `${ask(run, i)} (number ${number(a.request[i])} of ${loadName(run, i)}, client ` +
      `${number(a.client[i])})`],
    ['connection', connection],
    ['started', instant(a.start[i], signal) +
      (a.late[i] >= 0.001 ? `, ${duration(a.late[i])} after it was due` : '')],
  ];
  if (signal) {
    const phase = run.report.phases[a.phase[i]];
    list.push([`at ${signal}`, `${phase.word}: ${phase.sentence}`]);
  }
  list.push(['ended', Number.isNaN(a.end[i]) ? 'still open when the run ended'
    : `${instant(a.end[i], signal)}; it took ${duration(a.end[i] - a.start[i])}`]);
  list.push(['answer', answer(run, i)]);
  list.push(['sent', bytes(a.sent[i])]);
  list.push(['processed', PROCESSED[a.processed[i]]]);
  if (a.code[i] || a.errno[i] || a.tries[i] > 1) list.push(['client', clientSays(run, i)]);
  return list;
}

function answer(run, i) {
  const { a } = run;
  if (!a.status[i]) return a.head[i] > 0 ? `${bytes(a.head[i])} of its head` : 'none';
  const parts = [`status ${a.status[i]}`, bytesOf(run, i), FRAMING[a.framing[i]],
    has(run, i, 'whole') ? 'whole' : 'not whole', has(run, i, 'told') && 'said Connection: close'];
  return parts.filter(Boolean).join(', ');
}

function clientSays(run, i) {
  const { a } = run, parts = [`CURLcode ${a.code[i]}`];
  if (a.errno[i]) parts.push(`errno ${a.errno[i]}`);
  if (a.tries[i] > 1) parts.push('libcurl wanted to send it again, and was stopped');
  return parts.join(', ');
}

// The panel of the request that was picked.
export function panel(element, view) {
  const { run, picked: i } = view;
  const inside = element.contains(document.activeElement);
  if (i >= 0 && !inside) element.opener = document.activeElement;
  element.hidden = i < 0;
  if (i < 0) { // who read it here goes on from where it was opened
    if (inside) (element.opener?.isConnected ? element.opener : document.querySelector('.falls'))?.focus();
    return;
  }
  element.onkeydown = (event) => { if (event.key === 'Escape') view.pick(-1); };
  const word = outcomeWord(run, i), parts = phaseParts(run, i);
  const total = parts.reduce((sum, [, took]) => sum + took, 0);
  const strip = h('div', { class: 'strip', 'aria-hidden': 'true' }, parts.map(([phase, took]) => {
    const part = h('i', { class: phase });
    part.style.flexGrow = total > 0 ? Math.max(took / total, 0.004) : 1;
    return part;
  }));
  fill(element,
    h('div', { class: 'panel-head' }, h('h3', { tabindex: '-1' }, headline(run, i)),
      h('button', { type: 'button', class: 'quiet', onclick: () => view.pick(-1) }, 'close')),
    h('p', null, `${word}: ${run.report.outcomes[run.a.outcome[i]].sentence}.`),
    h('p', null, `${reasonWord(run, i)}: ${reasonSentence(run, i)}.`),
    strip,
    h('p', { class: 'tip-phases' }, parts.map(([phase, took, cut]) =>
      h('span', { class: `chip ${phase}` }, `${phase} ${duration(took)}`,
        cut && isLost(run, i) && ` (lost while ${PHASE_DOES[phase]})`))),
    h('dl', { class: 'facts-of' }, facts(run, i).map(([name, text]) =>
      h('div', null, h('dt', null, name), h('dd', null, text)))));
}
