// Numbers as people say them.

export function number(n) {
  return n.toLocaleString('en');
}

export function count(n, one, many) {
  return `${number(n)} ${n === 1 ? one : many ?? `${one}s`}`;
}

function digits(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

// A duration in milliseconds: "85 µs", "12.4 ms", "1.53 s", "2 min 5 s".
export function duration(ms) {
  if (!Number.isFinite(ms)) return '–';
  const size = Math.abs(ms), sign = ms < 0 ? '−' : '';
  if (size === 0) return '0 ms';
  if (size < 0.9995) return `${sign}${Math.round(size * 1000)} µs`;
  if (size < 999.5) return `${sign}${digits(size)} ms`;
  if (size < 119950) return `${sign}${digits(size / 1000)} s`;
  const seconds = Math.round(size / 1000);
  return `${sign}${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

// An instant: "812 ms after SIGTERM".
export function instant(ms, signal) {
  if (!signal) return `${duration(ms)} into the run`;
  return ms < 0 ? `${duration(-ms)} before ${signal}` : `${duration(ms)} after ${signal}`;
}

export function bytes(n) {
  return count(n, 'byte');
}

// Round distances between ticks of an axis: 1, 2 or 5 times a power of ten, the first at least `least`.
export function roundUp(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least * 0.999999);
}

export function ticks(from, to, most) {
  const step = roundUp((to - from) / most);
  const list = [];
  for (let k = Math.ceil(from / step); k * step <= to; k++) list.push(k * step);
  return { step, list };
}

// Labels of one axis share one unit, and as many decimals as their distance needs.
export function tickLabel(value, step) {
  const [unit, name] = step >= 1000 ? [1000, 's'] : step >= 1 ? [1, 'ms'] : [0.001, 'µs'];
  const decimals = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
  const text = (Math.abs(value) / unit).toFixed(decimals);
  return `${value < 0 && Number(text) !== 0 ? '−' : ''}${text} ${name}`;
}
