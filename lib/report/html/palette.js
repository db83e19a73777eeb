// Colours live in style.css, so that light and dark are decided in one place; a canvas asks here.
// Outcomes differ by shape as well as by colour.

export const SHAPES = {
  completed: 'M8 3.2a4.8 4.8 0 1 0 .01 0Z',
  refused: 'M8 2.4a5.6 5.6 0 1 0 .01 0ZM8 5.2a2.8 2.8 0 1 1-.01 0Z',
  'cut-off': 'M3.4 1.6 8 6.2l4.6-4.6 1.8 1.8L9.8 8l4.6 4.6-1.8 1.8L8 9.8l-4.6 4.6-1.8-1.8L6.2 8 1.6 3.4Z',
  failed: 'M8 1.8 14.8 14H1.2Z',
  'timed-out': 'M2.6 1.6h10.8L9.2 8l4.2 6.4H2.6L6.8 8Z',
  aborted: 'M2.5 5.8h11v4.4h-11Z',
  unfinished: 'M2.4 2.2 14 8 2.4 13.8Z',
  'client-limit': 'M8 1.2 14.8 8 8 14.8 1.2 8Z',
};
export const VERDICT_SHAPES = {
  passed: 'M6.3 13 1.6 8.3l2-2 2.7 2.7 6.1-6.1 2 2Z',
  failed: SHAPES['cut-off'],
  inconclusive: 'M6.8 10.4c0-3.4 2.9-3.3 2.9-5.2 0-2.2-3.3-2.1-3.6.3L3.6 5C4.3.4 12.3.5 12.2 5.2c0 ' +
    '3-2.9 2.9-2.9 5.2ZM6.7 11.8h2.7v2.7H6.7Z',
};
export const PHASE_NAMES = ['connect', 'send', 'wait', 'receive'];

const NAMES = [...Object.keys(SHAPES), ...PHASE_NAMES, 'text', 'dim', 'line', 'grid', 'accent', 'signal',
  'bad', 'panel', 'queue', 'flight', 'shade'];
let colors = null;

// A probe resolves light-dark() and var() to what a canvas can be told.
function resolve() {
  const probe = document.createElement('i');
  document.body.append(probe);
  colors = {};
  for (const name of NAMES) {
    probe.className = `probe-${name}`;
    probe.style.color = `var(--${name})`;
    colors[name] = getComputedStyle(probe).color;
  }
  probe.remove();
}

export function color(name) {
  if (!colors) resolve();
  return colors[name];
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

// A switch that begins where the system stands; `changed` is called when colours are other ones.
export function watchTheme(button, changed) {
  const show = () => {
    button.textContent = isDark() ? '☀ light' : '☾ dark';
    button.setAttribute('aria-label', `switch to the ${isDark() ? 'light' : 'dark'} theme`);
    colors = null;
    changed();
  };
  button.addEventListener('click', () => {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
    show();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
  show();
}
