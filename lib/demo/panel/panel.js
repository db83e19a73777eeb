// The panel of `drainctl demo`: shows what its stream tells, and sends what is pressed. It decides nothing.
const token = document.querySelector('meta[name=token]').content;
const $ = (id) => document.getElementById(id);
const SECONDS = 40, LINES = 120;

const state = { name: 'starting', build: 0, server: 0, pid: 0, at: 0, shutdown: null, page: '', notice: 70, deploying: false };
const requests = new Map(); // "server.number": {order, stream, from, to, end}
const bands = []; // {at, name}
let offset = 0; // of the demo's clock to performance.now(), in ms
const now = () => performance.now() - offset;

// --- the page ---

let mode = 'careful';
const address = () => `${state.page}/${mode === 'naive' ? '?naive' : ''}`;
function show() {
  $('page').src = address();
  $('address').textContent = address();
}
for (const button of document.querySelectorAll('[data-mode]'))
  button.addEventListener('click', () => {
    mode = button.dataset.mode;
    for (const other of document.querySelectorAll('[data-mode]')) other.setAttribute('aria-pressed', String(other === button));
    show();
  });
$('reload').addEventListener('click', show);

// --- the buttons ---

const WHEN = {
  notice: () => state.name === 'up' && state.shutdown === null, 'call-off': () => state.name === 'up' && state.shutdown !== null,
  drain: () => state.name === 'up', kill: () => state.name === 'up' || state.name === 'draining', restart: () => state.name === 'up',
  start: () => state.name === 'down', deploy: () => state.name === 'up' || state.name === 'down',
};

function enable() {
  const swap = (a, b, second) => {
    document.querySelector(`[data-do=${a}]`).hidden = second;
    document.querySelector(`[data-do=${b}]`).hidden = !second;
  };
  swap('notice', 'call-off', state.shutdown !== null);
  swap('restart', 'start', state.name === 'down');
  for (const button of document.querySelectorAll('[data-do]'))
    button.setAttribute('aria-disabled', String(state.deploying || !WHEN[button.dataset.do]()));
}

async function press(button) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  const answer = await fetch(`/do/${button.dataset.do}?token=${token}`, { method: 'POST' }).catch(() => null);
  const said = answer ? await answer.json().catch(() => ({})) : { error: 'the demo has ended' };
  $('told').textContent = said.error ?? '';
}
$('buttons').addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button) void press(button);
});

// --- the server's state ---

const NAMES = { up: 'up', down: 'down', starting: 'starting', draining: 'draining' };

function drawState() {
  const noticed = state.name === 'up' && state.shutdown !== null;
  const left = noticed ? Math.max(0, Math.ceil((state.shutdown - now()) / 1000)) : 0;
  $('state').className = `state ${noticed ? 'notice' : state.name}`;
  const [word, more] = $('state').children;
  const text = noticed ? `down in ${left} s` : NAMES[state.name];
  if (word.textContent !== text) word.textContent = text;
  const details = state.pid ? `server ${state.server} · build ${state.build + 1} · pid ${state.pid}` : `build ${state.build + 1}`;
  if (more.textContent !== details) more.textContent = details;
}

function takeState(event) {
  const before = state.name;
  Object.assign(state, { name: event.state, build: event.build, server: event.server, pid: event.pid, deploying: event.deploying,
    shutdown: event.shutdown ?? null });
  if (bands.at(-1)?.name !== event.state) bands.push({ at: event.at, name: event.state });
  if (event.how) say(event.at, event.how, /SIGKILL|status [^0]/.test(event.how) ? 'bad head' : 'head');
  if (event.state === 'down' || event.state === 'starting') cutAll(event.at);
  if (event.state === 'up' && before !== 'up') void readOrders();
  enable();
  drawState();
}

// A server that was killed can say nothing of its requests any more.
function cutAll(at) {
  for (const one of requests.values()) if (one.to === null) Object.assign(one, { to: at, end: 'bad' });
}

// --- requests ---

function takeRequest({ server, n, what, status, method, target, at }) {
  if (target.includes('panel=1')) return;
  const key = `${server}.${n}`, path = target.split('?')[0];
  if (what === 'accepted' || what === 'read') {
    if (!requests.has(key))
      requests.set(key, { order: method === 'POST' && path === '/api/orders', stream: path === '/api/events', from: at, to: null, end: 'wait', lane: -1 });
    else if (what === 'read') requests.get(key).from = at; // a connection may have been open for long
    return;
  }
  const one = requests.get(key);
  if (!one || what === 'answered') return;
  one.to = at;
  one.end = what === 'cut' ? 'bad' : what === 'gone' ? 'left' : status === 503 ? 'late' : status >= 400 ? 'bad' : 'good';
  if (one.order && what === 'written') void readOrders();
  if (one.order) count(one.end);
}

const counts = { good: 0, late: 0, bad: 0, left: 0 };
function count(end) {
  counts[end]++;
  drawCounts();
}
let inDatabase = 0;
function drawCounts() {
  const lost = counts.bad + counts.left + counts.late;
  const bold = document.createElement('b');
  bold.textContent = `${counts.good}`;
  const parts = [bold, ` orders answered, ${inDatabase} in the database`];
  if (lost) {
    const bad = document.createElement('span');
    bad.className = 'bad';
    bad.textContent = ` · ${lost} sent and not taken`;
    parts.push(bad);
  }
  $('counts').replaceChildren(...parts);
}

// --- orders ---

let known = new Set(), reading = false, again = false;
async function readOrders() {
  again = true;
  if (reading) return;
  reading = true;
  while (again) {
    again = false;
    const answer = await fetch(`${state.page}/api/orders?panel=1`).catch(() => null);
    if (answer?.ok) drawOrders(await answer.json());
  }
  reading = false;
}

function drawOrders(all) {
  const times = new Map();
  for (const order of all) if (!order.key) times.set(order.item, (times.get(order.item) ?? 0) + 1);
  $('orders').replaceChildren(...all.slice().reverse().map((order) => {
    const line = document.createElement('li'), number = document.createElement('span'), what = document.createElement('span');
    number.className = 'n';
    number.textContent = order.id;
    what.className = 'what';
    what.textContent = order.item;
    line.append(number, what);
    if (!order.key && times.get(order.item) > 1) {
      const twice = document.createElement('span');
      twice.className = 'twice';
      twice.textContent = `ordered ${times.get(order.item)}×`;
      line.append(twice);
    }
    if (known.size && !known.has(order.id)) line.className = 'new';
    return line;
  }));
  known = new Set([0, ...all.map(({ id }) => id)]);
  inDatabase = all.length;
  drawCounts();
}

// --- the log ---

const clock = (at) => `${(at / 1000).toFixed(1)} s`;
const since = (ms) => (ms < 1000 ? `+${Math.round(ms)} ms` : `+${clock(ms)}`);
function say(at, text, kind, label = clock(at)) {
  const line = document.createElement('li'), time = document.createElement('time'), words = document.createElement('span');
  line.className = kind;
  time.textContent = label;
  words.className = 'text';
  words.textContent = text;
  line.append(time, words);
  const log = $('log'), below = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.append(line);
  while (log.childElementCount > LINES) log.firstElementChild.remove();
  if (below) log.scrollTop = log.scrollHeight;
}

function takeLog({ at, text, after }) {
  const kind = /: (failed|hung)|cut off/.test(text) ? 'bad' : /^step .*: done/.test(text) ? 'good' : '';
  say(at, text.replace(/^step ([^:]*): done( in .*)?$/, '✓ $1$2'), kind, after === undefined ? clock(at) : since(after));
}

// --- the picture of the last seconds ---

const canvas = $('time'), pen = canvas.getContext('2d');
const styles = getComputedStyle(document.documentElement);
const color = (name) => styles.getPropertyValue(`--${name}`).trim();
const ROWS = [
  { name: 'orders', of: (one) => one.order, lanes: 4, high: 15, gap: 4 },
  { name: 'streams', of: (one) => one.stream, lanes: 2, high: 6, gap: 4 },
  { name: 'other', of: (one) => !one.order && !one.stream, lanes: 4, high: 6, gap: 4 },
];
const LEFT = 62, FOOT = 18;
const BANDS = { down: ['bad-ground', 'no server'], draining: ['late-ground', 'draining'], starting: ['line', 'starting'] };

function size() {
  const scale = window.devicePixelRatio || 1, { width, height } = canvas.getBoundingClientRect();
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  return { width, height };
}

function drawBands(x, { width, height }) {
  bands.forEach((band, i) => {
    const from = Math.max(LEFT, x(band.at)), to = Math.min(width, bands[i + 1] ? x(bands[i + 1].at) : width);
    if (to <= from || !BANDS[band.name]) return;
    const [ground, text] = BANDS[band.name];
    pen.fillStyle = color(ground);
    pen.fillRect(from, 0, to - from, height - FOOT);
    if (to - from < 60) return;
    pen.fillStyle = color(band.name === 'down' ? 'bad' : 'soft');
    pen.fillText(text, from + 6, height - FOOT - 6);
  });
}

// The first lane of its row that is free; it keeps it.
function laneOf(one, row, ends) {
  if (one.lane < 0) {
    const free = ends.findIndex((end) => end + 150 < one.from);
    one.lane = free < 0 ? row.lanes - 1 : free;
  }
  ends[one.lane] = Math.max(ends[one.lane], one.to ?? Infinity);
  return one.lane;
}

function drawRow(row, top, x, width) {
  const ends = Array(row.lanes).fill(-Infinity);
  pen.fillStyle = color('soft');
  pen.fillText(row.name, 0, top + row.high - 2);
  for (const one of requests.values()) {
    if (!row.of(one)) continue;
    const y = top + laneOf(one, row, ends) * (row.high + row.gap);
    const from = Math.max(LEFT, x(one.from)), to = Math.min(width, x(one.to ?? now()));
    if (to < LEFT) continue;
    pen.fillStyle = color(one.end);
    pen.beginPath();
    pen.roundRect(from, y, Math.max(4, to - from), row.high, 3);
    pen.fill();
  }
  return top + row.lanes * (row.high + row.gap) + 6;
}

function drawAxis(x, { width, height }) {
  pen.fillStyle = color('soft');
  pen.strokeStyle = color('line');
  const last = now() / 1000;
  for (let second = Math.ceil((last - SECONDS) / 10) * 10; second <= last; second += 10) {
    const at = x(second * 1000);
    if (second < 0 || at < LEFT || at > width - 30) continue;
    pen.beginPath();
    pen.moveTo(at, 0);
    pen.lineTo(at, height - FOOT);
    pen.stroke();
    pen.fillText(`${second} s`, at - 8, height - 4);
  }
}

function forget() {
  const oldest = now() - SECONDS * 1000 - 5000;
  for (const [key, one] of requests) if (one.to !== null && one.to < oldest) requests.delete(key);
  while (bands.length > 1 && bands[1].at < oldest) bands.shift();
}

function draw() {
  const box = size(), x = (at) => box.width - ((now() - at) / (SECONDS * 1000)) * (box.width - LEFT);
  pen.clearRect(0, 0, box.width, box.height);
  pen.font = '12px system-ui, sans-serif';
  drawBands(x, box);
  drawAxis(x, box);
  let top = 4;
  for (const row of ROWS) top = drawRow(row, top, x, box.width);
  drawState();
  forget();
  requestAnimationFrame(draw);
}

// --- the stream ---

function begin(event) {
  offset = performance.now() - event.at;
  requests.clear();
  bands.length = 0;
  $('log').replaceChildren();
  Object.assign(counts, { good: 0, late: 0, bad: 0, left: 0 });
  const first = state.page === '';
  Object.assign(state, { page: event.page, notice: event.notice });
  document.querySelector('[data-do=notice] span').textContent = `down in ${event.notice} s`;
  if (first) show();
}

const TAKE = { hello: begin, state: takeState, request: takeRequest, log: takeLog };
const source = new EventSource('/stream');
source.onmessage = (message) => {
  const event = JSON.parse(message.data);
  TAKE[event.kind]?.(event);
};
source.onerror = () => { $('told').textContent = 'The demo has ended; this page waits for it.'; };
source.onopen = () => { $('told').textContent = ''; };
enable();
requestAnimationFrame(draw);
