// Registers the service worker, and tells when a new version of the page waits.
import { reactive } from 'vue';
import { has } from './settings';

export const worker = reactive({ state: 'none' as 'none' | 'there' | 'impossible', offered: false });

let waiting: ServiceWorker | null = null;

function offer(registration: ServiceWorkerRegistration): void {
  waiting = registration.waiting;
  worker.offered = waiting !== null && navigator.serviceWorker.controller !== null;
}

function watchFor(registration: ServiceWorkerRegistration): void {
  registration.addEventListener('updatefound', () => {
    const found = registration.installing;
    found?.addEventListener('statechange', () => {
      if (found.state === 'installed') offer(registration);
    });
  });
  offer(registration);
}

// What is in the form is kept over this reload (components/OrderForm.vue).
export function useNewVersion(): void {
  if (!waiting) return location.reload();
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting.postMessage({ type: 'use' });
}

// A part of the page that is loaded only now is gone: somebody has deployed. Without this the page would do nothing
// and say nothing. The new page is offered and not taken at once: somebody may be typing.
export function watchParts(): void {
  window.addEventListener('vite:preloadError', (event) => {
    event.preventDefault();
    worker.offered = true;
  });
}

// Once a session, as a tab counts it.
function beginSession(): void {
  try {
    if (sessionStorage.getItem('drainctl-session')) return;
    sessionStorage.setItem('drainctl-session', '1');
  } catch {
    // storage is denied: each start is a session
  }
  void navigator.serviceWorker.ready.then(({ active }) => active?.postMessage({ type: 'session' }));
}

async function remove(): Promise<void> {
  for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
}

export async function startWorker(): Promise<void> {
  if (!navigator.serviceWorker) {
    worker.state = 'impossible'; // http on another host, or a private window
    return;
  }
  if (!has('worker')) return void remove();
  try {
    const registration = await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' });
    worker.state = 'there';
    watchFor(registration);
    beginSession();
    void registration.update().catch(() => undefined); // the server is away: later
  } catch {
    worker.state = 'impossible';
  }
}
