// How long until a lost event stream is opened again: as its server asked (`retry:`), or as the policy says.
import type { Policy } from './policy';

export const reopenDelay = (policy: Policy, asked: number, random: number): number =>
  (asked || policy.reconnect.delay) + Math.floor(policy.reconnect.spread * random);
