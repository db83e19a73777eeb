// The settings of a frontend, as lib/frontend/policy.h has them: what it does when a server goes away. Plain data.
// Times are milliseconds.
export type RetryKind = 'none' | 'fixed' | 'exponential' | 'exponential+jitter';
// What became of an attempt. A page cannot tell a refused connection from one that was cut off, and says cut-off.
export type Result = 'status' | 'refused' | 'cut-off' | 'timed-out' | 'open';
export type CacheHow = 'network-only' | 'network-first' | 'cache-first' | 'stale-while-revalidate';

export interface Policy {
  poll: { on: boolean; interval: number; timeout: number };
  notice: { on: boolean; noNewWork: number; leave: number };
  retry: {
    kind: RetryKind; tries: number; base: number; cap: number; spread: number;
    on: Result[]; statuses: number[]; obey: boolean;
  };
  breaker: { on: boolean; failures: number; halfOpen: number };
  timeout: number;
  abort: boolean;
  impatient: { after: number; clicks: number };
  disableButton: boolean;
  idempotencyKey: boolean;
  queue: { on: boolean; max: number; batch: number; pause: number; again: number; tries: number };
  reconnect: { on: boolean; delay: number; spread: number; lastEventId: boolean };
}

const retry = (kind: RetryKind): Policy['retry'] => ({
  kind, tries: 3, base: 1000, cap: 8000, spread: kind === 'exponential+jitter' ? 1000 : 0,
  on: ['refused', 'cut-off', 'timed-out', 'open'], statuses: [429, 502, 503, 504], obey: true,
});

export const nothing = (): Policy => ({
  poll: { on: false, interval: 0, timeout: 0 },
  notice: { on: false, noNewWork: 0, leave: 0 },
  retry: { ...retry('none'), tries: 0, base: 0, cap: 0, on: [], statuses: [], obey: false },
  breaker: { on: false, failures: 0, halfOpen: 0 },
  timeout: 0,
  abort: false,
  impatient: { after: 0, clicks: 0 },
  disableButton: false,
  idempotencyKey: false,
  queue: { on: false, max: 0, batch: 0, pause: 0, again: 0, tries: 0 },
  reconnect: { on: false, delay: 0, spread: 0, lastEventId: false },
});

export const careful = (): Policy => ({
  poll: { on: true, interval: 30000, timeout: 5000 },
  notice: { on: true, noNewWork: 60000, leave: 10000 },
  retry: retry('exponential+jitter'),
  breaker: { on: true, failures: 5, halfOpen: 5000 },
  timeout: 10000,
  abort: true,
  impatient: { after: 2000, clicks: 2 },
  disableButton: true,
  idempotencyKey: true,
  queue: { on: true, max: 100, batch: 10, pause: 1000, again: 5000, tries: 3 },
  reconnect: { on: true, delay: 3000, spread: 3000, lastEventId: true },
});

// A page as most are written: it shows the error, and the person clicks again.
export const naive = (): Policy => ({
  ...nothing(),
  impatient: { after: 2000, clicks: 2 },
  reconnect: { on: true, delay: 3000, spread: 0, lastEventId: false },
});

const simple = (kind: RetryKind) => (): Policy => ({
  ...nothing(), retry: kind === 'none' ? nothing().retry : retry(kind), timeout: 10000, abort: true,
});

export const sets: Record<string, () => Policy> = {
  naive, careful,
  none: simple('none'), fixed: simple('fixed'), exponential: simple('exponential'),
  'exponential+jitter': simple('exponential+jitter'),
};
