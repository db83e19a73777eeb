// A click while an order is under way: without `disableButton` it begins another one.
import type { Policy } from './policy';

export const clickCounts = (policy: Policy, underWay: boolean): boolean => !underWay || !policy.disableButton;
