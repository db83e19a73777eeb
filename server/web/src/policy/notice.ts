// The server said when it goes away.
import type { Policy } from './policy';

// Shortly before, nothing new is begun. `left` in ms; null: no shutdown is planned.
export const forbids = (policy: Policy, left: number | null): boolean =>
  policy.notice.on && left !== null && left > 0 && left <= policy.notice.noNewWork;
