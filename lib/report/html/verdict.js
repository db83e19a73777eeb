// The top of the page: the verdict in a sentence, what a check found, and which runs there are.
import { fill, h, icon } from './dom.js';
import { SHAPES, VERDICT_SHAPES } from './palette.js';
import { count, duration, number } from './words.js';

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];
const FEW = 4; // defects, all of which are told at once

export function badge(verdict, word) {
  return h('span', { class: `badge ${verdict}` }, icon(VERDICT_SHAPES[verdict], verdict), word || verdict);
}

// A bar of all outcomes, and what it says in words.
export function outcomeBar(report, counts, words) {
  const total = counts.reduce((a, b) => a + b, 0);
  const bar = h('div', { class: 'outcome-bar', 'aria-hidden': 'true' }, counts.map((n, o) => {
    if (!n) return null;
    const part = h('i', { class: report.outcomes[o].word });
    part.style.flexGrow = Math.max(n / total, 0.008);
    return part;
  }));
  if (!words) return bar;
  return [bar, h('ul', { class: 'tally' }, counts.map((n, o) => n > 0 && h('li', null,
    icon(SHAPES[report.outcomes[o].word], report.outcomes[o].word),
    h('b', null, number(n)), ` ${report.outcomes[o].word}`)))];
}

function verdictCounts(runs) {
  return ['failed', 'inconclusive', 'passed'].map((verdict) =>
    [runs.filter((run) => run.verdict === verdict).length, verdict]).filter(([n]) => n > 0)
    .map(([n, verdict]) => `${number(n)} ${verdict}`).join(', ');
}

export function gradeSentence(report) {
  const of = SEVERITIES.map((s) => [report.defects.filter((d) => d.severity === s).length, s])
    .filter(([n]) => n > 0).map(([n, s]) => `${n} ${s}`).join(', ');
  const known = report.defects.filter((d) => d.known).length;
  return (of ? `${count(report.defects.length, 'defect')}: ${of}` : 'no defect found') +
    (known ? ` (${known} in the baseline)` : '') + (report.profile ? `, judged for ${report.profile}` : '');
}

function verdictFacts(run) {
  const { target } = run, list = [];
  if (run.signal) list.push([number(run.in_flight), `in flight at ${run.signal}`]);
  list.push([duration(run.duration_ms), 'whole run']);
  if (target.exit)
    list.push([target.exit.signal ?? `code ${target.exit.code}`, `exit, after ${duration(target.exit.after_ms)}`]);
  if (target.listener.queue_lost > 0) list.push([number(target.listener.queue_lost), 'lost in the accept queue']);
  return h('ul', { class: 'facts' }, list.map(([value, name]) =>
    h('li', null, h('b', null, value), h('span', null, name))));
}

// The whole report: a check's grade, or how many scenarios did what. One run alone speaks for itself.
export function showVerdict(element, report) {
  element.className = `hero ${report.verdict}`;
  if (report.check) {
    fill(element, h('div', { class: `grade ${report.verdict}`, 'aria-hidden': 'true' }, report.grade ?? '?'),
      h('div', null, h('h1', null, badge(report.verdict), ' ',
        report.grade ? `grade ${report.grade}` : 'no grade'),
      h('p', { class: 'lead' }, `${gradeSentence(report)}.`),
      h('p', { class: 'dim' }, report.grade_why)));
  } else if (report.runs.length !== 1) {
    const lost = report.runs.reduce((sum, run) => sum + run.lost, 0);
    fill(element, h('div', null, h('h1', null, badge(report.verdict), ' ',
      count(report.runs.length, 'scenario')),
    h('p', { class: 'lead' }, report.runs.length ? `${verdictCounts(report.runs)}; ` +
      `${count(lost, 'request')} lost of ${number(report.runs.reduce((s, r) => s + r.attempts, 0))}.`
      : 'There is no run in this report.')));
  } else {
    element.hidden = true;
  }
}

// A run of a check expects nothing and passes nothing: it was carried out, or it was not, and defects may
// have been seen in it.
function stateOf(report, index) {
  const { verdict } = report.runs[index];
  if (!report.check || verdict === 'inconclusive') return verdict;
  return report.defects.some((d) => d.run === index) ? 'failed' : null;
}

function runSentence(run, entry) {
  if (!run.report.check || run.verdict === 'inconclusive') return capital(run.sentence);
  const found = run.report.defects.filter((d) => d.run === run.index);
  const lost = `${number(entry.lost)} of ${count(entry.attempts, 'request')} lost`;
  return found.length ? `${lost}; seen here: ${found.map((d) => d.title).join('; ')}.` : `${lost}.`;
}

export function runHead(run) {
  const entry = run.report.runs[run.index], state = stateOf(run.report, run.index);
  const title = run.alone ? 'h1' : 'h2';
  return h('div', { class: `run-head hero ${state ?? ''}` }, h('div', null,
    h(title, { tabindex: '-1' }, state && badge(state, run.report.check && state === 'failed' && 'defect'),
      ' ', run.scenario),
    run.about && h('p', { class: 'dim' }, run.about),
    h('p', { class: 'lead' }, runSentence(run, entry)),
    run.hint && h('p', null, h('b', null, 'hint: '), h('span', { class: 'pre' }, run.hint)),
    run.cut && h('p', { class: 'note' }, 'The journal was cut; this is as far as it goes.'),
    outcomeBar(run.report, entry.outcomes, true), verdictFacts(run),
    run.notes.map((note) => h('p', { class: 'note' }, h('b', null, 'note: '), note))));
}

function capital(text) {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(sentence) || sentence.includes('\n') ? sentence : `${sentence}.`;
}

function defect(d, show, open) {
  return h('details', { class: `defect ${d.severity}`, open },
    h('summary', null, h('span', { class: `severity ${d.severity}` }, d.severity), h('b', null, d.title), ' ',
      h('code', null, d.id), d.known && h('span', { class: 'dim' }, ' (known)')),
    h('dl', null,
      h('dt', null, 'seen'), h('dd', null, d.evidence, ' ',
        h('button', { type: 'button', class: 'link', onclick: () => show(d.run, -1) }, 'show the run'),
        d.attempts.map((id) => h('button', { type: 'button', class: 'link',
          onclick: () => show(d.run, id) }, `#${id}`))),
      d.runs.of > 1 && [h('dt', null, 'runs'), h('dd', null, `${d.runs.seen} of ${d.runs.of}`)],
      h('dt', null, 'why'), h('dd', null, d.why),
      h('dt', null, 'fix'), h('dd', { class: 'fix' }, d.fix),
      h('dt', null, 'more'), h('dd', { class: 'dim' }, d.reference, '; ', h('code', null, `drainctl explain ${d.id}`))));
}

export function showDefects(element, report, show) {
  if (!report.check) return;
  element.hidden = false;
  const few = report.defects.length <= FEW;
  fill(element, h('div', { class: 'defects' }, report.defects.map((d) =>
    defect(d, show, few || d.severity === 'critical' || d.severity === 'high'))),
    report.fine.length > 0 && h('details', { class: 'card fine', open: report.defects.length === 0 },
      h('summary', null, h('h2', null, `What was fine (${report.fine.length})`)),
      h('ul', null, report.fine.map((text) => h('li', null, icon(VERDICT_SHAPES.passed, 'passed'), text)))));
}

function stateMark(report, index) {
  const state = stateOf(report, index);
  return state && [icon(VERDICT_SHAPES[state], state),
    h('span', { class: 'unseen' }, report.check && state === 'failed' ? 'defect: ' : `${state}: `)];
}

// One button a run; returns a function that marks the one that is shown.
export function showRuns(element, report, show) {
  if (report.runs.length < 2) return () => {};
  element.hidden = false;
  const buttons = report.runs.map((run, index) => h('button', {
    type: 'button', class: 'run-choice', onclick: () => show(index, -1),
  }, h('span', { class: 'run-name' }, stateMark(report, index), run.scenario),
  outcomeBar(report, run.outcomes, false),
  h('span', { class: 'run-numbers' }, count(run.attempts, 'request'),
    run.lost > 0 && h('b', { class: 'lost' }, `, ${number(run.lost)} lost`), `, ${duration(run.duration_ms)}`)));
  fill(element, h('h2', null, 'Runs'), h('div', { class: 'run-list' }, buttons));
  return (shown) => buttons.forEach((button, index) =>
    button.setAttribute('aria-current', index === shown ? 'true' : 'false'));
}
