// What the page knows of its server at this moment.
import { computed, reactive } from 'vue';
import { forbids } from '../policy/notice';
import { policy } from '../settings';

export type State = 'unknown' | 'up' | 'draining' | 'gone';

export const server = reactive({
  state: 'unknown' as State,
  why: '',
  shutdownAt: null as number | null, // by performance.now(): the clock of this machine may be far off
  now: performance.now(),
  asked: 0,
  lastAnswer: null as Date | null,
  asking: false,
});

const left = computed(() => (server.shutdownAt === null ? null : Math.max(0, server.shutdownAt - server.now)));
export const secondsLeft = computed(() => (left.value === null ? null : Math.ceil(left.value / 1000)));
// So near a planned shutdown that nothing new is begun.
export const forbidden = computed(() => forbids(policy, left.value));

export interface Maintenance {
  scheduled: boolean;
  gracePeriodSeconds?: number;
}

export function heardMaintenance(said: Maintenance): void {
  const seconds = said.scheduled && policy.notice.on ? said.gracePeriodSeconds : undefined;
  server.now = performance.now();
  server.shutdownAt = typeof seconds === 'number' && Number.isFinite(seconds) ? server.now + seconds * 1000 : null;
}

export function enter(state: State, why: string): void {
  server.state = state;
  server.why = why;
  if (state !== 'up') server.shutdownAt = null;
}
