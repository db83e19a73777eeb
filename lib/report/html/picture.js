// The picture of one run: filters, events, curves, waterfall, and the story of the request that was picked.
import { Curves } from './curves.js';
import { h } from './dom.js';
import { filters, legend } from './filters.js';
import { Lane } from './lane.js';
import { panel } from './story.js';
import { Waterfall } from './waterfall.js';

const GUTTER = 92, NARROW_GUTTER = 64, NARROW = 640;

const KEYS = 'Drag across to zoom in, double-click a curve to see everything; hold Ctrl and scroll to ' +
  'zoom, Shift and scroll to move; click a line for its story. With the waterfall in focus: arrow up and ' +
  'down go from request to request, left and right move in time, plus and minus zoom, 0 shows ' +
  'everything, d the drain, Enter opens a line, Escape closes its story.';

export class Picture {
  constructor(view, place) {
    this.view = view;
    this.gutter = innerWidth < NARROW ? NARROW_GUTTER : GUTTER;
    const lane = h('div', { class: 'lane' });
    this.frame = h('div', { class: 'frame' });
    const story = h('aside', { class: 'story', 'aria-label': 'the request that was picked', hidden: true });
    place.append(filters(view, this), lane, this.frame, legend(),
      h('details', { class: 'keys dim' }, h('summary', null, 'how to move around'), h('p', { id: 'keys' }, KEYS)),
      story);
    this.lane = new Lane(view, lane, this.gutter);
    this.curves = new Curves(view, this.frame, this.gutter);
    this.waterfall = new Waterfall(view, this.frame, this.gutter);
    view.on('window', () => this.schedule());
    view.on('filter', () => this.schedule());
    view.on('picked', () => panel(story, view));
    this.watcher = new ResizeObserver(() => {
      if (this.frame.clientWidth !== this.width) this.schedule();
    });
    this.draw();
    this.watcher.observe(this.frame);
  }

  draw() {
    this.scheduled = false;
    this.width = this.frame.clientWidth;
    if (!this.width) return;
    this.lane.draw(this.width);
    this.curves.draw(this.width);
    this.waterfall.draw(this.width);
    this.frame.dataset.from = this.view.from;
    this.frame.dataset.to = this.view.to;
  }

  schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => this.draw());
  }

  toggleTall() {
    this.waterfall.tall = !this.waterfall.tall;
    this.schedule();
    return this.waterfall.tall;
  }

  destroy() {
    this.watcher.disconnect();
    this.curves.destroy();
  }
}
