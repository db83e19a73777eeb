// The storm after an outage: what came to the server per 100 ms, while it was away and once it was back.
import { h } from './dom.js';
import { count, duration, number } from './words.js';

const STORM_BIN = 100, STORM_WIDTH = 900, STORM_HEIGHT = 120, STORM_COLUMNS = 300;

function shape(tag, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// So few columns that each can be seen: the highest of the bins that share one.
function columnsOf(bins) {
  const each = Math.max(Math.ceil(bins.length / STORM_COLUMNS), 1), columns = [];
  for (let i = 0; i < bins.length; i += each) columns.push(Math.max(...bins.slice(i, i + each)));
  return { columns, ms: each * STORM_BIN };
}

function drawStorm(storm) {
  const { columns, ms } = columnsOf(storm.bins), top = Math.max(...columns, storm.normal, 1);
  const width = STORM_WIDTH / Math.max(columns.length, 1), back = (storm.back_ms - storm.gone_ms) / ms * width;
  const picture = shape('svg', { viewBox: `0 0 ${STORM_WIDTH} ${STORM_HEIGHT}`, preserveAspectRatio: 'none',
    class: 'storm', 'aria-hidden': 'true' });
  const bar = (name, x, wide, n, height = n / top * STORM_HEIGHT) => picture.append(shape('rect',
    { class: name, x, y: STORM_HEIGHT - n / top * STORM_HEIGHT, width: Math.max(wide, 0.5), height }));
  bar('away', 0, Math.min(back, STORM_WIDTH), top);
  columns.forEach((n, k) =>
    bar((k + 1) * width <= back ? 'arrivals in-vain' : 'arrivals', k * width, width - 0.5, n));
  if (storm.normal > 0) bar('usual', 0, STORM_WIDTH, storm.normal, 1.5);
  return [picture, h('p', { class: 'dim storm-axis' }, h('span', null, 'gone'),
    h('span', null, `back after ${duration(storm.back_ms - storm.gone_ms)}`),
    h('span', null, `${duration(columns.length * ms)}; the highest column ${number(Math.round(top))} in 100 ms`))];
}

function stormWords(storm) {
  const peak = `${number(storm.peak)} in 100 ms, ${duration(storm.peak_at_ms)} after its return`;
  const served = storm.unserved ? `${number(storm.unserved)} of ${count(storm.affected, 'client')} never served`
    : `all ${number(storm.affected)} served after ${duration(storm.served_after_ms)}`;
  return [`peak ${storm.peak_ratio === null ? '' : `${storm.peak_ratio.toFixed(1)}x the normal rate: `}${peak}`, served,
    `${number(storm.refused)} turned away`,
    `${number(storm.wasted)} of ${count(storm.answered, 'answer')} to no client`].join('; ');
}

export function storms(run) {
  return run.loads.filter((load) => load.storm).map(({ name, storm }) => h('details', { class: 'storm-of' },
    h('summary', null, h('b', null, name), ` ${stormWords(storm)}`), drawStorm(storm)));
}
