// The page as a whole: the report's head, and the run that is looked at.
import { fill, h } from './dom.js';
import { readReport, readRun } from './model.js';
import { watchTheme } from './palette.js';
import { people } from './people.js';
import { Picture } from './picture.js';
import { drain, expectations, log, phaseTable, Requests } from './tables.js';
import { runHead, showDefects, showRuns, showVerdict } from './verdict.js';
import { View } from './view.js';

const report = readReport();
const byId = (id) => document.getElementById(id);
let picture = null;
let mark = () => {};

function showRun(index) {
  const run = readRun(report, index), view = new View(run), element = byId('run');
  picture?.destroy();
  fill(element, runHead(run));
  const frame = h('section', { class: 'card picture' }, h(run.heading, null, 'Every request'));
  element.append(frame);
  picture = new Picture(view, frame);
  element.append(people(view) ?? '');
  element.append(h('div', { class: 'columns' }, drain(view), expectations(view), phaseTable(view)));
  new Requests(view, element);
  element.append(log(view) ?? '');
  view.on('show', () => goToStory(element));
  mark(index);
  return view;
}

function goToStory(element) {
  const story = element.querySelector('.story');
  element.querySelector('.legend').scrollIntoView({ block: 'center' }); // the waterfall stays in sight
  story.querySelector('h3').focus({ preventScroll: true });
}

// From a list elsewhere on the page: go there, and to a request of it.
function goTo(index, id) {
  const view = showRun(index), title = byId('run').querySelector('h1, h2');
  if (id >= 0) return view.show(view.run.a.id.indexOf(id));
  title.scrollIntoView();
  title.focus({ preventScroll: true });
}

// The run that says most: the worst defect's, or the first that did not pass.
function firstRun() {
  if (report.check && report.defects.length) return report.defects[0].run;
  const bad = report.runs.findIndex((run) => run.verdict === 'failed');
  const unclear = report.runs.findIndex((run) => run.verdict === 'inconclusive');
  return bad >= 0 ? bad : unclear >= 0 && !report.check ? unclear : 0;
}

const first = report.runs[firstRun()];
document.title = `${report.verdict}: ${report.check ? `grade ${report.grade ?? '?'}`
  : report.runs.length === 1 ? first.scenario : `${report.runs.length} scenarios`} – drainctl`;
showVerdict(byId('verdict'), report);
showDefects(byId('defects'), report, goTo);
mark = showRuns(byId('runs'), report, goTo);
watchTheme(byId('theme'), () => picture?.draw());
if (first) showRun(firstRun());
byId('main').append(h('footer', { class: 'dim' }, `drainctl ${report.drainctl}`));
// When everything stood on the page for the first time, for those who measure it.
document.documentElement.dataset.drawn = performance.now().toFixed(1);
