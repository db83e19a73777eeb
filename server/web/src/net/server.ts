// What the page knows of its server: asked every 30 s, told by the event stream, and by every request.
import { computed, reactive } from 'vue';
import { config } from '../config';
import { onRequest, type Trouble } from './api';

export type State = 'unknown' | 'up' | 'draining' | 'gone';

export const server = reactive({
  state: 'unknown' as State,
  why: '',
  shutdownAt: null as number | null, // by performance.now(): the clock of this machine may be far off
  now: performance.now(),
  asked: 0,
  lastAnswer: null as Date | null,
  asking: false,
});

export const secondsLeft = computed(() =>
  server.shutdownAt === null ? null : Math.max(0, Math.ceil((server.shutdownAt - server.now) / 1000)));

interface Maintenance {
  scheduled: boolean;
  gracePeriodSeconds?: number;
}

export function heardMaintenance(said: Maintenance): void {
  const seconds = said.scheduled ? said.gracePeriodSeconds : undefined;
  server.now = performance.now();
  server.shutdownAt = typeof seconds === 'number' ? server.now + seconds * 1000 : null;
}

function enter(state: State, why: string): void {
  server.state = state;
  server.why = why;
  if (state !== 'up') server.shutdownAt = null;
}

// 200 alone is not enough: a proxy's error page is one too.
function readStatus(status: number, body: unknown): void {
  const said = body as { status?: unknown; maintenance?: Maintenance } | null;
  if (said?.status === 'UP') {
    enter('up', '');
    heardMaintenance(said.maintenance ?? { scheduled: false });
  } else if (said?.status === 'OUT_OF_SERVICE') {
    enter('draining', 'it is shutting down and takes nothing new');
  } else {
    enter('gone', status === 200 ? 'its status cannot be read' : `its status is ${status}`);
  }
}

async function ask(): Promise<void> {
  try {
    const answer = await fetch('/actuator/health', {
      cache: 'no-store',
      signal: AbortSignal.timeout(config.pollTimeoutSeconds * 1000),
    });
    readStatus(answer.status, await answer.json().catch(() => null));
    server.lastAnswer = new Date();
  } catch (error) {
    const slow = error instanceof DOMException && error.name === 'TimeoutError';
    enter('gone', slow ? `it did not answer within ${config.pollTimeoutSeconds} s` : 'there is no connection to it');
  }
}

let timer: number | undefined;

// Now, and from then on every 30 s.
export async function checkNow(): Promise<void> {
  if (server.asking) return;
  server.asking = true;
  clearTimeout(timer);
  timer = window.setTimeout(() => void checkNow(), config.pollSeconds * 1000);
  await ask();
  server.asked++;
  server.asking = false;
}

function requestEnded(trouble: Trouble | null): void {
  if (trouble === null ? server.state === 'gone' : server.state === 'up') void checkNow();
}

export function watchServer(): void {
  onRequest(requestEnded);
  window.addEventListener('online', () => void checkNow());
  window.addEventListener('offline', () => void checkNow());
  window.setInterval(() => { if (server.shutdownAt !== null) server.now = performance.now(); }, 500);
  void checkNow();
}
