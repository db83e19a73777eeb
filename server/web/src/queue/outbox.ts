// The queue as the page shows it, and the way in: an order is kept first and sent then.
import { reactive } from 'vue';
import { newKey } from '../key';
import { full } from '../policy/queue';
import { policy } from '../settings';
import { kick, startSender } from './sender';
import { store, type Waiting } from './store';
import { onNews, tell, type News } from './tabs';

export const outbox = reactive({
  waiting: [] as Waiting[],
  memory: false, // nothing outlives this page
  sending: '', // the key of the order that the form waits for
});

async function read(): Promise<void> {
  const place = await store;
  outbox.memory = place.kind === 'memory';
  outbox.waiting = await place.all();
}

// Background Sync, where the browser has it, wakes this page when the network is back. It does not know the server.
async function wakeMeUp(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
  await sync?.register('orders').catch(() => undefined); // it may be forbidden
}

function verdictOn(key: string): Promise<News> {
  return new Promise((resolve) => {
    const stop = onNews((news) => {
      if (news.key !== key || news.what === 'changed') return;
      stop();
      resolve(news);
    });
  });
}

// Resolves when the order is delivered, refused, or kept because the server is away.
export async function place(item: string): Promise<News> {
  const unsent = outbox.waiting.filter((order) => !order.refused).length, key = newKey();
  if (full(policy, unsent)) return { key, what: 'refused', text: `${unsent} orders wait already, and no more fit` };
  outbox.sending = key;
  try {
    await (await store).add({ key, item, attempts: 0, failures: 0, touched: false, refused: '' });
  } catch {
    outbox.sending = '';
    return { key, what: 'refused', text: 'this browser has no room to keep it' };
  }
  const verdict = verdictOn(key);
  tell({ key, what: 'changed', text: '' });
  kick();
  const news = await verdict;
  outbox.sending = '';
  if (news.what === 'kept') void wakeMeUp();
  await read();
  return news;
}

export async function discard(order: Waiting): Promise<void> {
  await (await store).remove(order.seq);
  tell({ key: order.key, what: 'changed', text: '' });
}

// Another item is another intention, with a key of its own.
export async function edit(order: Waiting, item: string): Promise<void> {
  await (await store).change({ ...order, item, key: newKey(), attempts: 0, failures: 0, touched: false, refused: '' });
  tell({ key: order.key, what: 'changed', text: '' });
  kick();
}

export function startOutbox(): void {
  onNews(() => void read());
  window.addEventListener('beforeunload', (event) => {
    if (outbox.memory && outbox.waiting.length > 0) event.preventDefault();
  });
  void read();
  startSender();
}
