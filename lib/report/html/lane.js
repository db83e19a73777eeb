// The signals and the events of the drain, named above their lines. Each name is a button that zooms in
// on its event; the whole sentence is in the list below the picture.
import { fill, h } from './dom.js';
import { duration } from './words.js';

const LINE = 19, PAD = 8;

function shortName(step) {
  if (step.kind === 'signal') return step.text.split(' ')[0];
  if (step.kind === 'not-ready') return 'not ready';
  if (step.kind === 'last-answer') return 'last answer';
  if (step.kind === 'listener-closed') return step.bad ? step.text : 'listener closed';
  return step.text;
}

// A name stands below every earlier one that reaches beyond it, so that no line crosses a name.
function stackNames(labels, width) {
  let rows = 0;
  labels.forEach((label, k) => {
    label.row = 0;
    label.left = Math.max(Math.min(label.x, width - label.width), 0);
    for (const other of labels.slice(0, k))
      if (other.left + other.width + PAD > label.left) label.row = Math.max(label.row, other.row + 1);
    rows = Math.max(rows, label.row + 1);
  });
  return rows;
}

export class Lane {
  constructor(view, element, gutter) {
    this.view = view;
    this.element = element;
    this.gutter = gutter;
  }

  draw(width) {
    const { view } = this, plot = width - this.gutter;
    const xOf = (ms) => (ms - view.from) / (view.to - view.from) * plot;
    const steps = view.run.steps.filter((step) => step.ms >= view.from && step.ms <= view.to);
    const labels = steps.map((step) => {
      const name = shortName(step);
      const button = h('button', {
        type: 'button', class: `step ${step.kind}${step.bad ? ' bad' : ''}`,
        'aria-label': `${name} ${duration(step.ms)}; zoom in on: ${step.text}`,
        title: step.text, onclick: () => this.zoomTo(step),
      }, step.bad && h('span', { 'aria-hidden': 'true' }, '✕ '), name,
      h('span', { class: 'when' }, ` ${duration(step.ms)}`));
      return { step, button, x: xOf(step.ms) };
    });
    // the buttons are new ones: who had the focus keeps it, by the step that it stands for
    const focused = this.steps?.[[...this.element.querySelectorAll('button')].indexOf(document.activeElement)];
    this.steps = steps;
    fill(this.element, labels.map((label) => label.button));
    labels.find((label) => label.step === focused)?.button.focus({ preventScroll: true });
    for (const label of labels) label.width = label.button.offsetWidth;
    const rows = stackNames(labels, plot);
    this.element.style.height = `${rows * LINE + 4}px`;
    for (const { button, left, row, x } of labels) {
      button.style.left = `${this.gutter + left}px`;
      button.style.top = `${row * LINE}px`;
      const stem = h('i', { class: button.className.replace('step', 'stem') });
      stem.style.left = `${this.gutter + x}px`;
      stem.style.top = `${row * LINE}px`;
      this.element.prepend(stem);
    }
  }

  zoomTo(step) {
    const { view } = this, half = Math.max((view.to - view.from) / 10, 0.05);
    view.zoom(step.ms - half, step.ms + half);
  }
}
