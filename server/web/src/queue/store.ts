// Where orders wait until they are delivered: IndexedDB, so that they outlive the page; or this page's memory, when
// the browser keeps nothing.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

export interface Waiting {
  seq: number; // their order
  key: string; // of the intention: the same on each attempt
  item: string;
  attempts: number;
  failures: number; // since it last made way for the others
  touched: boolean; // perhaps the server has it
  refused: string; // why the server will never take it; '' while it waits
}

export interface Store {
  kind: 'kept' | 'memory';
  all(): Promise<Waiting[]>;
  add(order: Omit<Waiting, 'seq'>): Promise<Waiting>;
  change(order: Waiting): Promise<void>;
  remove(seq: number): Promise<void>;
}

interface Schema extends DBSchema {
  waiting: { key: number; value: Waiting };
}

function kept(db: IDBPDatabase<Schema>): Store {
  return {
    kind: 'kept',
    all: () => db.getAll('waiting'),
    async add(order) {
      const seq = await db.add('waiting', { ...order } as Waiting, undefined);
      return { ...order, seq };
    },
    async change(order) { await db.put('waiting', { ...order }); },
    remove: (seq) => db.delete('waiting', seq),
  };
}

function inMemory(): Store {
  const orders = new Map<number, Waiting>();
  let last = 0;
  return {
    kind: 'memory',
    all: async () => [...orders.values()].sort((a, b) => a.seq - b.seq),
    async add(order) {
      const whole = { ...order, seq: ++last };
      orders.set(whole.seq, whole);
      return whole;
    },
    async change(order) { orders.set(order.seq, { ...order }); },
    async remove(seq) { orders.delete(seq); },
  };
}

async function open(): Promise<Store> {
  try {
    return kept(await openDB<Schema>('drainctl-orders', 1, {
      upgrade(db) { db.createObjectStore('waiting', { keyPath: 'seq', autoIncrement: true }); },
    }));
  } catch {
    return inMemory();
  }
}

export const store: Promise<Store> = open();
