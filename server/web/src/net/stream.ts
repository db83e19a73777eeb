// The live event stream. An EventSource opens a lost connection again by itself, but any other answer than a
// stream ends it for good (WHATWG HTML §9.2.3): then a new one is made.
import { reactive } from 'vue';
import { reopenDelay } from '../policy/stream';
import { has, policy } from '../settings';
import { checkNow } from './server';
import { heardMaintenance } from './state';

export const stream = reactive({
  state: 'connecting' as 'connecting' | 'open' | 'waiting',
  opened: 0,
  events: [] as { key: number; at: string; text: string; kind: string }[],
});

const SHOWN = 8;
let source: EventSource | undefined, count = 0;

function show(kind: string, text: string): void {
  stream.events.unshift({ key: ++count, at: new Date().toLocaleTimeString(), kind, text });
  stream.events.splice(SHOWN);
}

function json(event: MessageEvent): Record<string, unknown> {
  try {
    return JSON.parse(event.data as string) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function lost(): void {
  if (stream.state === 'open') {
    show('lost', 'the stream has ended; it is opened again');
    void checkNow();
  }
  stream.state = 'waiting';
  if (source?.readyState === EventSource.CLOSED && has('stream'))
    window.setTimeout(openStream, reopenDelay(policy, 0, Math.random()));
}

export function openStream(): void {
  source?.close();
  source = new EventSource('/api/events?every=2000');
  source.onopen = () => {
    if (stream.opened++) show('open', 'the stream is open again');
    stream.state = 'open';
    void checkNow();
  };
  source.onerror = lost;
  source.addEventListener('tick', (event) => show('tick', `tick ${json(event).tick ?? ''}`));
  source.addEventListener('maintenance', (event) => {
    const said = json(event);
    heardMaintenance({ scheduled: said.scheduled === true, gracePeriodSeconds: said.gracePeriodSeconds as number });
    show('maintenance', said.scheduled === true ? 'a shutdown is planned' : 'the shutdown is called off');
  });
  source.addEventListener('shutdown', () => show('shutdown', 'the server says that it goes away'));
}
