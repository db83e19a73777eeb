// The list of orders, as the server has it. With a service worker the first answer may be an old one: it tells when
// it has a newer one.
import { reactive } from 'vue';
import { listOrders, Trouble, type Order } from './api';

export const orders = reactive({
  all: [] as Order[],
  state: 'loading' as 'loading' | 'there' | 'failed',
  why: '',
});

async function readOnce(): Promise<void> {
  try {
    orders.all = (await listOrders()).slice().reverse();
    orders.state = 'there';
  } catch (error) {
    if (orders.state === 'loading') orders.state = 'failed';
    orders.why = error instanceof Trouble ? error.message : String(error);
  }
}

let reading = false, again = false;

// However many ask at a time, one request is under way, and one more if somebody asked meanwhile.
export async function readOrders(): Promise<void> {
  again = true;
  if (reading) return;
  reading = true;
  while (again) {
    again = false;
    await readOnce();
  }
  reading = false;
}

export function watchOrders(): void {
  navigator.serviceWorker?.addEventListener('message', (event: MessageEvent<{ type?: string }>) => {
    if (event.data?.type === 'orders') void readOrders();
  });
  // The first answer came before the worker was there to keep it.
  navigator.serviceWorker?.addEventListener('controllerchange', () => void readOrders());
  void readOrders();
}
