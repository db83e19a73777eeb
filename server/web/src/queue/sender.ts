// Sends what waits, one order after the other, from one tab at a time. An order leaves the store when the server has
// answered for it, and never before: a page that is closed in between sends it again with the same key.
import { watch } from 'vue';
import { sendOrder, Trouble } from '../net/api';
import { checkNow } from '../net/server';
import { forbidden, server } from '../net/state';
import { wellAgain } from '../policy/poll';
import { fate, makesWay, pauseBefore, restFor } from '../policy/queue';
import { policy } from '../settings';
import { store, type Store, type Waiting } from './store';
import { asOnlySender, tell } from './tabs';

let timer: number | undefined, running = false, asked = false;

function later(ms: number): void {
  clearTimeout(timer);
  timer = window.setTimeout(kick, ms);
}

// Why it was not delivered; '' when the next one may go all the same.
async function failed(waiting: Store, order: Waiting, trouble: Trouble): Promise<string> {
  const now = { ...order, attempts: order.attempts + 1, touched: order.touched || trouble.touched };
  const becomes = fate(trouble.outcome, trouble.status, policy.idempotencyKey);
  if (becomes === 'refused' || becomes === 'unclear') {
    const text = becomes === 'unclear' ? 'nobody can tell whether it was ordered' : trouble.message;
    await waiting.change({ ...now, refused: text });
    tell({ key: order.key, what: 'refused', text });
    return '';
  }
  now.failures += becomes === 'stumbled' ? 1 : 0;
  if (makesWay(policy, now.failures)) {
    await waiting.remove(order.seq);
    const { seq: _, ...moved } = { ...now, failures: 0 };
    await waiting.add(moved);
  } else {
    await waiting.change(now);
  }
  later(restFor(policy, trouble.retryAfterMs, Math.random()));
  return trouble.message;
}

// As failed().
async function deliver(waiting: Store, order: Waiting): Promise<string> {
  try {
    await waiting.change({ ...order, touched: true }); // should the page be closed before the answer
    await sendOrder(order.item, policy.idempotencyKey ? order.key : undefined);
  } catch (error) {
    return failed(waiting, order, error instanceof Trouble ? error : new Trouble('cut-off', 0, 0, String(error)));
  }
  await waiting.remove(order.seq);
  tell({ key: order.key, what: 'delivered', text: order.item });
  return '';
}

function blocked(): string {
  if (server.state === 'gone') return 'the server cannot be reached';
  if (server.state === 'draining') return 'the server is shutting down';
  return forbidden.value ? 'the server is about to shut down' : '';
}

async function unsent(waiting: Store): Promise<Waiting[]> {
  return (await waiting.all()).filter((order) => !order.refused);
}

async function sendAll(): Promise<void> {
  const waiting = await store;
  let why = '', left = policy.queue.batch;
  for (let next = await unsent(waiting); next.length > 0 && !why; next = await unsent(waiting)) {
    const pause = pauseBefore(policy, left--);
    if (pause > 0) left = policy.queue.batch - 1;
    if (pause > 0) await new Promise((done) => { setTimeout(done, pause); });
    why = blocked() || await deliver(waiting, next[0]);
  }
  if (why) for (const order of await unsent(waiting)) tell({ key: order.key, what: 'kept', text: why });
}

// Something may be there to send, or the server may be there again.
export function kick(): void {
  asked = true;
  if (running) return;
  running = true;
  void asOnlySender(async () => {
    while (asked) {
      asked = false;
      await sendAll();
    }
  }).finally(() => { running = false; });
}

export function startSender(): void {
  const free = (): boolean => server.state === 'up' && !forbidden.value;
  watch(free, (now, before) => { // not all pages in one instant
    if (wellAgain(!before, now)) later(Math.random() * policy.queue.pause);
  });
  // Perhaps another tab was closed in the middle of its work.
  watch(() => server.asked, () => { if (free()) kick(); });
  navigator.serviceWorker?.addEventListener('message', (event: MessageEvent<{ type?: string }>) => {
    if (event.data?.type === 'wake') void checkNow().then(kick);
  });
  kick();
}
