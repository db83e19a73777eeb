// Asks the server how it is: every 30 s, and at once when something hints that it has changed.
import { nextPoll } from '../policy/poll';
import { policy } from '../settings';
import { onRequest, type Trouble } from './api';
import { enter, heardMaintenance, server, type Maintenance } from './state';

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
      signal: AbortSignal.timeout(policy.poll.timeout),
    });
    readStatus(answer.status, await answer.json().catch(() => null));
    server.lastAnswer = new Date();
  } catch (error) {
    const slow = error instanceof DOMException && error.name === 'TimeoutError';
    enter('gone', slow ? `it did not answer within ${policy.poll.timeout / 1000} s` : 'there is no connection to it');
  }
}

let timer: number | undefined;

// Now, and from then on every 30 s.
export async function checkNow(): Promise<void> {
  if (server.asking || !policy.poll.on) return;
  const begun = performance.now();
  server.asking = true;
  clearTimeout(timer);
  await ask();
  server.asked++;
  server.asking = false;
  const now = performance.now();
  timer = window.setTimeout(() => void checkNow(), nextPoll(policy, begun, now) - now);
}

function requestEnded(trouble: Trouble | null): void {
  if (trouble === null ? server.state === 'gone' : server.state === 'up') void checkNow();
}

function countDown(): void {
  if (server.shutdownAt === null) return;
  server.now = performance.now();
  if (server.now > server.shutdownAt + 1000) void checkNow();
}

export function watchServer(): void {
  onRequest(requestEnded);
  window.addEventListener('online', () => void checkNow());
  window.addEventListener('offline', () => void checkNow());
  window.setInterval(countDown, 500);
  if (!policy.poll.on) enter('up', ''); // a page that never asks believes the best
  void checkNow();
}
