// The data of the page, as lib/report/html.h describes it. Times are milliseconds since the first signal
// (without one: since the run began).

export function readReport() {
  const element = document.querySelector('script[data-drainctl="report"]');
  return JSON.parse(element.textContent);
}

// A column of n numbers: see html_column in lib/report/html.h.
export function decodeColumn(coded, n) {
  const values = new Float64Array(n);
  const coding = coded[0], inRuns = coding >= 2, deltas = coding === 1 || coding === 3;
  for (let i = 0, at = 1; i < n && at < coded.length; at += inRuns ? 2 : 1) {
    const times = inRuns ? coded[at + 1] : 1;
    for (let k = 0; k < times && i < n; k++, i++)
      values[i] = coded[at] + (deltas && i > 0 ? values[i - 1] : 0);
  }
  return values;
}

const COPIED = ['id', 'request', 'client', 'port', 'outcome', 'reason', 'status', 'phase', 'processed',
  'flags', 'code', 'errno', 'tries', 'sent', 'head', 'body', 'length', 'framing', 'second'];
const FLAGS = { reused: 1, whole: 2, told: 4, headDone: 8 };

// Instants from a start and the durations of the stages; a stage that was not reached is NaN.
function addTimes(a, columns, offset, n) {
  const now = columns.start.slice();
  for (let i = 0; i < n; i++) {
    a.start[offset + i] = now[i] / 1000;
    a.late[offset + i] = columns.late[i] / 1000;
  }
  for (const [stage, took] of [['connected', 'connect'], ['sentAt', 'send'], ['first', 'wait'],
    ['end', 'rest']]) {
    const to = a[stage], durations = columns[took];
    for (let i = 0; i < n; i++) {
      const reached = durations[i] >= 0;
      if (reached) now[i] += durations[i];
      to[offset + i] = reached ? now[i] / 1000 : NaN;
    }
  }
}

function readAttempts(loads) {
  const total = loads.reduce((sum, load) => sum + load.n, 0);
  const a = { load: new Float64Array(total) };
  for (const name of [...COPIED, 'start', 'late', 'connected', 'sentAt', 'first', 'end'])
    a[name] = new Float64Array(total);
  let offset = 0;
  loads.forEach((load, index) => {
    const columns = {};
    for (const name of [...COPIED, 'start', 'late', 'connect', 'send', 'wait', 'rest'])
      columns[name] = decodeColumn(load[name], load.n);
    for (const name of COPIED) a[name].set(columns[name], offset);
    addTimes(a, columns, offset, load.n);
    a.load.fill(index, offset, offset + load.n);
    offset += load.n;
  });
  return a;
}

function readQueue(queue) {
  return {
    limit: queue.limit,
    at: decodeColumn(queue.at, queue.n).map((us) => us / 1000),
    depth: decodeColumn(queue.depth, queue.n),
    sockets: decodeColumn(queue.sockets, queue.n),
  };
}

// The window that shows all: from the first request to the last sign of life.
function extent(run) {
  let from = Infinity, to = -Infinity;
  for (let i = 0; i < run.n; i++) {
    from = Math.min(from, run.a.start[i]);
    to = Math.max(to, run.a.start[i], run.a.end[i] || -Infinity);
  }
  for (const step of run.steps) {
    from = Math.min(from, step.ms);
    to = Math.max(to, step.ms);
  }
  if (!(to > from)) [from, to] = [run.span[0] / 1000, Math.max(run.span[1] / 1000, run.span[0] / 1000 + 1)];
  const margin = (to - from) * 0.02;
  return { from: from - margin, to: to + margin };
}

// The index-th run; its data is read when it is looked at.
export function readRun(report, index) {
  const element = document.querySelectorAll('script[data-drainctl="run"]')[index];
  const run = JSON.parse(element.textContent);
  run.report = report;
  run.index = index;
  run.alone = report.runs.length === 1 && !report.check; // its name is the page's title
  run.heading = run.alone ? 'h2' : 'h3';
  run.a = readAttempts(run.attempts);
  run.n = run.a.id.length;
  run.queue = readQueue(run.queue);
  run.signal = run.signalled && run.signals.length ? run.signals[0].signal : null;
  run.whole = extent(run);
  delete run.attempts;
  return run;
}

export function has(run, i, flag) {
  return (run.a.flags[i] & FLAGS[flag]) !== 0;
}

// An attempt without an end was still open when the run ended.
export function endOf(run, i) {
  return Number.isNaN(run.a.end[i]) ? run.whole.to : run.a.end[i];
}

export function outcomeWord(run, i) {
  return run.report.outcomes[run.a.outcome[i]].word;
}

export function isLost(run, i) {
  return run.report.is_lost[run.a.outcome[i]];
}

// "status-503", or the reason's word.
export function reasonWord(run, i) {
  const word = run.report.reasons[run.a.reason[i]].word;
  return word === 'status-NNN' ? `status-${run.a.status[i]}` : word;
}

export function reasonSentence(run, i) {
  return run.report.reasons[run.a.reason[i]].sentence;
}

export function ask(run, i) {
  const of = run.asks[run.a.load[i]];
  return of.silent ? 'a connection that sends nothing' : `${of.method ?? 'GET'} ${run.a.second[i] ? of.then : of.path}`;
}
