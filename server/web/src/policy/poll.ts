// The status is asked now and then; anything but a good word is trouble.
import type { Policy } from './policy';

// The interval counts from the poll's begin, as setInterval does.
export const nextPoll = (policy: Policy, begun: number, now: number): number =>
  (begun + policy.poll.interval > now ? begun + policy.poll.interval : now + 1);

// What waits need not wait any longer.
export const wellAgain = (trouble: boolean, good: boolean): boolean => trouble && good;
