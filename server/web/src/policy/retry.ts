// What is tried again, and when: min(8 s, 1 s * 2^i) + U(0, 1 s). The doubling eases the load on a server that is
// slow, the chance keeps the clients from coming back all at once.
import type { Policy, Result } from './policy';

// No server holds a page longer than this by its Retry-After.
const LONGEST_AFTER = 60000;

// A whole answer that is neither a refusal nor an error.
export const good = (result: Result, status: number): boolean => result === 'status' && status >= 200 && status < 400;

// The server did no work for it: to send it again doubles nothing.
export const untouched = (result: Result, status: number): boolean =>
  result === 'status' ? status === 503 || status === 429 : result === 'refused' || result === 'open';

export function wantsRetry(policy: Policy, tries: number, result: Result, status: number): boolean {
  if (policy.retry.kind === 'none' || tries >= policy.retry.tries) return false;
  return result === 'status' ? policy.retry.statuses.includes(status) : policy.retry.on.includes(result);
}

export const obeyed = (retryAfter: number): number => Math.min(retryAfter, LONGEST_AFTER);

// Before try number `tries` (from 0), not sooner than the server asked for.
export function retryDelay(policy: Policy, tries: number, retryAfter: number, random: number): number {
  const { kind, base, cap, spread, obey } = policy.retry;
  let delay = kind === 'fixed' ? base : Math.min(base * 2 ** tries, cap);
  if (obey) delay = Math.max(delay, obeyed(retryAfter));
  return delay + Math.floor(spread * random);
}
