// The service worker. It keeps the page's own files as one set, because a new index with old scripts would be no
// page at all: the kept set is served at once, and a new one is looked for at each start (the browser compares this
// file, which names every file and its hash) and used when the person agrees, or when no page of the old one is
// open. Lists are shown as they were and asked for behind that; the status always comes from the network.
import { cacheNames, setCacheNameDetails } from 'workbox-core';
import { registerRoute } from 'workbox-routing';
import { CacheFirst, NetworkOnly, StaleWhileRevalidate } from 'workbox-strategies';

declare const self: ServiceWorkerGlobalScope;
declare const __KEPT__: { url: string; revision: string }[];
declare const __VERSION__: string;

setCacheNameDetails({ prefix: 'drainctl', suffix: __VERSION__ });
const own = `own-${__VERSION__}`, CONFIG = 'config', LISTS = 'lists';

async function tellPages(type: string): Promise<void> {
  for (const page of await self.clients.matchAll({ type: 'window' })) page.postMessage({ type });
}

// What has no hash in its name is asked for anew; the browser has the rest from opening the page.
async function keepAll(): Promise<void> {
  const cache = await caches.open(own);
  const fresh = (url: string): RequestCache => (url.startsWith('/assets/') ? 'default' : 'no-cache');
  await cache.addAll(__KEPT__.map(({ url }) => new Request(url, { cache: fresh(url) })));
}

async function dropOld(): Promise<void> {
  const kept = [own, CONFIG, LISTS, cacheNames.runtime];
  for (const name of await caches.keys()) if (!kept.includes(name)) await caches.delete(name);
  await self.clients.claim();
}

self.addEventListener('install', (event) => event.waitUntil(keepAll()));
self.addEventListener('activate', (event) => event.waitUntil(dropOld()));

const names = new Set(__KEPT__.map(({ url }) => url));
const ownFiles = new CacheFirst({ cacheName: own, matchOptions: { ignoreSearch: true } });
registerRoute(({ url, request }) => request.mode === 'navigate' && url.pathname === '/',
  ({ event }) => ownFiles.handle({ event: event as FetchEvent, request: new Request('/') }));
registerRoute(({ url, sameOrigin }) => sameOrigin && url.pathname !== '/config.json' && names.has(url.pathname), ownFiles);

registerRoute(({ url }) => url.pathname === '/config.json', new CacheFirst({ cacheName: CONFIG }));

const lists = new StaleWhileRevalidate({
  cacheName: LISTS,
  plugins: [{
    async cacheDidUpdate({ oldResponse, newResponse }) {
      if (oldResponse && await oldResponse.clone().text() !== await newResponse.clone().text()) await tellPages('orders');
    },
  }],
});
registerRoute(({ url }) => url.pathname === '/api/orders', lists, 'GET');
registerRoute(({ url }) => url.pathname.endsWith('/health'), new NetworkOnly());

// Once a session the configuration is asked for anew; a new one counts from the next start on.
async function renewConfig(): Promise<void> {
  const answer = await fetch('/config.json', { cache: 'no-cache' }).catch(() => undefined);
  if (answer?.ok) await (await caches.open(CONFIG)).put('/config.json', answer);
}

self.addEventListener('message', (event) => {
  const type = (event.data as { type?: string } | null)?.type;
  if (type === 'use') void self.skipWaiting();
  if (type === 'session') event.waitUntil(renewConfig());
});

// Background Sync waits for the network, not for the server, and would take a 503 for delivered: it only wakes the page.
self.addEventListener('sync', (event) => (event as ExtendableEvent).waitUntil(tellPages('wake')));
