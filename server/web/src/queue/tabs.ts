// What the tabs of this browser have in common: one sender at a time, and the news of each order.
export interface News {
  key: string;
  what: 'changed' | 'delivered' | 'kept' | 'refused';
  text: string;
}

const listeners = new Set<(news: News) => void>();
const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('drainctl-orders') : undefined;

function hear(news: News): void {
  for (const listener of [...listeners]) listener(news);
}

channel?.addEventListener('message', (event: MessageEvent<News>) => hear(event.data));

export function onNews(listener: (news: News) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tell(news: News): void {
  channel?.postMessage(news);
  hear(news);
}

// Web Locks are for secure contexts alone; elsewhere each tab sends for itself, and the key keeps orders single.
export function asOnlySender(work: () => Promise<void>): Promise<void> {
  return navigator.locks ? navigator.locks.request('drainctl-sender', work) : work();
}
