// Orders that could not be sent wait in a queue, and are sent in order when the server is there again.
import type { Policy, Result } from './policy';
import { good, obeyed, untouched } from './retry';

// What becomes of an item after an attempt:
// delivered: it leaves · refused: it will never do, and the person is shown why · unclear: perhaps it was done, and
// without a key nobody may ask again · stumbled: the server is there and failed · later: the server is away.
export type Fate = 'delivered' | 'refused' | 'unclear' | 'stumbled' | 'later';

export function fate(result: Result, status: number, key: boolean): Fate {
  if (good(result, status)) return 'delivered';
  if (untouched(result, status)) return 'later';
  // Whoever logs in again has the order still; and a server that was too busy to read it may do so later.
  if (result === 'status' && (status === 401 || status === 408)) return 'later';
  if (result === 'status' && status < 500) return 'refused';
  if (!key) return 'unclear';
  return result === 'status' ? 'stumbled' : 'later';
}

export const full = (policy: Policy, waiting: number): boolean => waiting >= policy.queue.max;

// One that keeps failing makes way for the others.
export const makesWay = (policy: Policy, failures: number): boolean => failures >= policy.queue.tries;

// How long to rest after a failure.
export const restFor = (policy: Policy, retryAfter: number, random: number): number =>
  Math.max(obeyed(retryAfter), policy.queue.again) + Math.floor(policy.queue.again * random);

// Between two items of a batch there is no pause, and a short one before the next batch. `left`: items of this one.
export const pauseBefore = (policy: Policy, left: number): number => (left > 0 ? 0 : policy.queue.pause);
