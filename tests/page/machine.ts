// One page and its person as a machine: (state, event) to (state, actions), as lib/frontend has it, so that the
// vectors can be played on the page's own policies. Every decision here is a function of server/web/src/policy, the
// same that the page itself asks; this file only keeps the state between them.
import { clickCounts } from '../../server/web/src/policy/button';
import { forbids } from '../../server/web/src/policy/notice';
import { nextPoll, wellAgain } from '../../server/web/src/policy/poll';
import type { CacheHow, Policy, Result } from '../../server/web/src/policy/policy';
import { fate, full, makesWay, pauseBefore, restFor } from '../../server/web/src/policy/queue';
import { good, retryDelay, untouched, wantsRetry } from '../../server/web/src/policy/retry';
import { reopenDelay } from '../../server/web/src/policy/stream';

export type What = 'write' | 'read' | 'hold';
export type Call = 'request' | 'refresh' | 'item' | 'poll' | 'stream';
export interface Event {
  kind: 'want' | 'result' | 'message' | 'notice' | 'tick';
  now: number; random: number;
  of: number; what: What; cache: CacheHow;
  call: Call; attempt: number; result: Result; status: number; retryAfter: number;
  id: number; retry: number; left: number | null;
}
interface Item { of: number; attempts: number; failures: number; key: boolean }
type Phase = 'idle' | 'flying' | 'waiting' | 'held' | 'failed';

const NEVER = Infinity;

export class Machine {
  private out: string[] = [];
  private e!: Event;
  private items: Item[] = [];
  private phase: Phase = 'idle';
  private what: What = 'read';
  private cache: CacheHow = 'network-only';
  private of = 0; private attempts = 0; private flying = 0; private ignored = 0; private tries = 0; private clicks = 0;
  private touched = false; private cached = false;
  private retryAt = NEVER; private limitAt = NEVER; private clickAt = NEVER;
  private breaker = { open: false, at: NEVER, failed: 0 };
  private pollAt: number; private polls = 0; private polling = false; private trouble = false;
  private downAt = NEVER; private left = false;
  private queueAt = NEVER; private batch = 0; private sending = false;
  private stream = { of: 0, at: NEVER, delay: 0, attempts: 0, live: false, lastId: 0 };

  constructor(private readonly p: Policy, open: number) {
    this.pollAt = p.poll.on ? Math.floor(p.poll.interval * open) : NEVER;
  }

  step(e: Event): string[] {
    this.e = e;
    this.out = [];
    this[e.kind]();
    return this.out;
  }

  due(): number {
    const leaves = this.downAt === NEVER || this.left ? NEVER : Math.max(0, this.downAt - this.p.notice.leave);
    return Math.min(this.retryAt, this.limitAt, this.clickAt, this.pollAt, this.queueAt, this.stream.at, leaves);
  }

  private send(call: Call, of: number, attempt: number, key = false): void {
    const after = call === 'stream' && this.p.reconnect.lastEventId && this.stream.lastId ? ` after ${this.stream.lastId}` : '';
    this.out.push(`send ${call} ${of}/${attempt}${key ? ' key' : ''}${after}`);
  }

  private abort(call: Call, of: number, attempt: number): void { this.out.push(`abort ${call} ${of}/${attempt}`); }
  private show(of: number, word: string): void { this.out.push(`show ${of} ${word}`); }
  private part(span: number): number { return Math.floor(span * this.e.random); }
  private forbidden(): boolean { return forbids(this.p, this.downAt === NEVER ? null : this.downAt - this.e.now); }
  private limit(): number { return this.p.timeout ? this.e.now + this.p.timeout : NEVER; }
  private keyed(): boolean { return this.p.idempotencyKey && this.what === 'write'; }

  // --- events ---

  private want(): void {
    if (this.e.what === 'hold') {
      this.stream.of = this.e.of;
      this.stream.attempts = 0;
      this.openStream();
    } else {
      this.wantRequest();
    }
  }

  private result(): void {
    const { call, result, status } = this.e;
    if (call === 'request') this.requestResult();
    else if (call === 'refresh') this.cached ||= good(result, status);
    else if (call === 'item') this.itemResult();
    else if (call === 'poll') this.pollResult();
    else this.streamResult();
  }

  private message(): void {
    if (this.e.id) this.stream.lastId = this.e.id;
    if (this.e.retry) this.stream.delay = this.e.retry;
  }

  private notice(): void {
    if (!this.p.notice.on) return;
    this.downAt = this.e.left === null ? NEVER : this.e.now + this.e.left;
    this.left = false;
    if (this.e.left === null) this.back();
  }

  private tick(): void {
    const { now } = this.e;
    if (this.downAt !== NEVER && !this.left && now >= Math.max(0, this.downAt - this.p.notice.leave)) this.leave();
    if (now >= this.pollAt) this.pollTick();
    this.requestTick();
    if (now >= this.queueAt) this.queueTick();
    if (now >= this.stream.at) this.openStream();
  }

  // The server is there again.
  private back(): void {
    if (this.items.length && !this.sending) this.queueAt = this.e.now + this.part(this.p.queue.pause);
    if (this.phase === 'held') this.retryAt = this.e.now + this.part(1000);
  }

  // --- the intention in hand ---

  private idle(): void {
    this.phase = 'idle';
    this.flying = 0;
    this.retryAt = this.limitAt = this.clickAt = NEVER;
  }

  private settle(word: string): void {
    this.out.push(`settle ${this.of} ${word}`);
    this.idle();
  }

  private dropFlying(): void {
    if (this.flying && this.p.abort) this.abort('request', this.of, this.attempts);
    this.ignored = this.attempts;
    this.flying = 0;
    this.limitAt = NEVER;
  }

  private showStale(): void {
    this.show(this.of, 'stale');
    this.settle('stale');
  }

  private nextClick(): void {
    const { after, clicks } = this.p.impatient;
    this.clickAt = after && this.clicks < clicks ? this.e.now + after : NEVER;
  }

  private wantRequest(): void {
    if (this.phase !== 'idle') return this.show(this.e.of, 'busy');
    this.of = this.e.of;
    this.what = this.e.what;
    this.cache = this.e.cache;
    this.attempts = this.ignored = this.tries = this.clicks = 0;
    this.touched = false;
    const stale = this.what === 'read' && this.cached && ['cache-first', 'stale-while-revalidate'].includes(this.cache);
    if (stale) {
      this.showStale();
      if (this.cache === 'stale-while-revalidate') this.send('refresh', this.of, 1);
      return;
    }
    if (this.what === 'write' && this.items.length && this.keep(0)) return; // behind what is queued
    this.nextClick();
    if (this.forbidden()) this.hold();
    else this.begin();
  }

  private hold(): void {
    this.show(this.of, 'notice');
    if (this.what === 'write' && this.keep(0)) return this.idle();
    this.phase = 'held';
    this.retryAt = this.downAt + this.part(1000);
  }

  private begin(): void {
    this.retryAt = NEVER;
    if (!this.breakerLets()) {
      if (this.flying === 0) this.failed('open', 0, 0);
      return;
    }
    this.attempts++;
    this.flying++;
    this.phase = 'flying';
    this.limitAt = this.limit();
    this.send('request', this.of, this.attempts, this.keyed());
  }

  private failed(result: Result, status: number, retryAfter: number): void {
    const harmless = this.what === 'read' || this.keyed() || !this.touched;
    if (!harmless || !wantsRetry(this.p, this.tries, result, status))
      return this.giveUp(harmless && (result !== 'status' || status >= 500 || status === 429));
    this.retryAt = this.e.now + retryDelay(this.p, this.tries, retryAfter, this.e.random);
    if (result === 'open') this.retryAt = Math.max(this.retryAt, this.breaker.at);
    this.tries++;
    this.phase = 'waiting';
  }

  private giveUp(harmless: boolean): void {
    if (this.what === 'read' && this.cached && this.cache !== 'network-only') return this.showStale();
    if (this.what === 'write' && harmless && this.keep(this.attempts)) return this.idle();
    this.show(this.of, 'error');
    this.phase = 'failed';
    this.retryAt = this.limitAt = NEVER;
    if (this.clickAt === NEVER) this.settle('given-up');
  }

  private requestResult(): void {
    const { of, attempt, result, status, retryAfter } = this.e, fine = good(result, status);
    if (of !== this.of || this.phase === 'idle' || attempt <= this.ignored) return;
    this.flying--;
    if (!fine && !untouched(result, status)) this.touched = true;
    this.countBreaker(fine || (result === 'status' && status < 500));
    if (fine) {
      this.cached ||= this.what === 'read';
      if (this.flying) this.dropFlying();
      this.settle('delivered');
    } else if (this.flying === 0 && this.phase === 'flying') {
      this.limitAt = NEVER;
      this.failed(result, status, retryAfter);
    }
  }

  private requestTick(): void {
    const { now } = this.e;
    if (now >= this.limitAt) {
      this.dropFlying();
      this.touched = true;
      this.countBreaker(false);
      this.failed('timed-out', 0, 0);
    }
    if (now >= this.clickAt) this.click();
    if (now >= this.retryAt) this.begin();
  }

  private click(): void {
    this.clicks++;
    this.nextClick();
    const failed = this.phase === 'failed';
    if (this.phase === 'held' || !clickCounts(this.p, !failed)) return this.show(this.of, 'busy');
    if (failed) this.tries = 0;
    this.begin();
  }

  // --- the circuit breaker; the page has its status poll for that ---

  private breakerLets(): boolean {
    if (!this.p.breaker.on || !this.breaker.open) return true;
    if (this.e.now < this.breaker.at) return false;
    this.breaker.at = this.e.now + this.p.breaker.halfOpen;
    return true;
  }

  private countBreaker(fine: boolean): void {
    if (!this.p.breaker.on) return;
    this.breaker.failed = fine ? 0 : Math.min(this.breaker.failed + 1, this.p.breaker.failures);
    this.breaker.open = this.breaker.failed >= this.p.breaker.failures;
    if (this.breaker.open) this.breaker.at = this.e.now + this.p.breaker.halfOpen;
  }

  // --- the queue ---

  private keep(attempts: number): boolean {
    if (!this.p.queue.on) return false;
    if (full(this.p, this.items.length)) {
      this.show(this.of, 'full');
      return false;
    }
    this.items.push({ of: this.of, attempts, failures: 0, key: this.keyed() });
    this.show(this.of, 'queued');
    if (this.queueAt === NEVER) this.rest(0);
    return true;
  }

  private rest(retryAfter: number): void {
    this.batch = this.p.queue.batch;
    this.queueAt = this.e.now + restFor(this.p, retryAfter, this.e.random);
  }

  private sendHead(): void {
    const [head] = this.items;
    head.attempts++;
    this.sending = true;
    this.queueAt = this.limit();
    this.send('item', head.of, head.attempts, head.key);
  }

  private goOn(): void {
    this.queueAt = NEVER;
    if (this.items.length === 0) return;
    const pause = pauseBefore(this.p, --this.batch);
    if (pause === 0) return this.sendHead();
    this.batch = this.p.queue.batch;
    this.queueAt = this.e.now + pause;
  }

  private settleHead(word: 'delivered' | 'given-up'): void {
    const { of } = this.items.shift()!;
    if (word === 'given-up') this.show(of, 'error');
    this.out.push(`settle ${of} ${word}`);
  }

  private itemEnded(result: Result, status: number, retryAfter: number): void {
    const [head] = this.items, becomes = fate(result, status, head.key);
    if (becomes === 'delivered' || becomes === 'refused') {
      this.settleHead(becomes === 'delivered' ? 'delivered' : 'given-up');
      this.goOn();
    } else if (becomes === 'unclear') {
      this.settleHead('given-up');
      if (this.items.length) this.rest(retryAfter);
      else this.queueAt = NEVER;
    } else if (becomes === 'stumbled') {
      if (makesWay(this.p, ++head.failures)) this.items.push({ ...this.items.shift()!, failures: 0 });
      this.rest(0);
    } else {
      this.rest(retryAfter);
    }
  }

  private itemResult(): void {
    const { of, attempt, result, status, retryAfter } = this.e;
    if (!this.sending || of !== this.items[0].of || attempt !== this.items[0].attempts) return;
    this.sending = false;
    this.countBreaker(result === 'status' && status < 500);
    this.itemEnded(result, status, retryAfter);
  }

  private queueTick(): void {
    if (this.sending) {
      this.sending = false;
      if (this.p.abort) this.abort('item', this.items[0].of, this.items[0].attempts);
      this.countBreaker(false);
      this.itemEnded('timed-out', 0, 0);
    } else if (this.forbidden()) {
      this.queueAt = this.downAt + this.part(this.p.queue.again);
    } else if (!this.breakerLets()) {
      this.queueAt = this.breaker.at;
    } else {
      this.sendHead();
    }
  }

  // --- the status poll ---

  private pollTick(): void {
    if (this.polling) {
      this.abort('poll', 0, this.polls);
      this.pollEnded(false);
      return;
    }
    this.polls++;
    this.polling = true;
    this.pollAt = this.e.now + this.p.poll.timeout;
    this.send('poll', 0, this.polls);
  }

  private pollEnded(fine: boolean): boolean {
    const before = this.trouble;
    this.pollAt = nextPoll(this.p, this.pollAt - this.p.poll.timeout, this.e.now);
    this.polling = false;
    this.trouble = !fine;
    if (before !== this.trouble) this.show(0, fine ? 'back' : 'trouble');
    return wellAgain(before, fine);
  }

  private pollResult(): void {
    if (!this.polling || this.e.attempt !== this.polls) return;
    if (this.pollEnded(this.e.result === 'status' && this.e.status === 200)) this.back();
  }

  // --- the event stream ---

  private openStream(): void {
    this.stream.live = true;
    this.stream.at = NEVER;
    this.stream.attempts++;
    this.send('stream', this.stream.of, this.stream.attempts);
  }

  private reopen(from: number): void {
    this.stream.live = false;
    this.stream.at = from + reopenDelay(this.p, this.stream.delay, this.e.random);
  }

  private streamResult(): void {
    const { attempt, result, status, now } = this.e;
    if (!this.stream.live || attempt !== this.stream.attempts) return;
    if (result === 'status' && status === 200) return this.show(this.stream.of, 'delivered');
    if (result !== 'status' && this.p.reconnect.on) return this.reopen(now);
    this.stream.live = false;
    this.show(this.stream.of, 'error');
    this.out.push(`settle ${this.stream.of} given-up`);
  }

  private leave(): void {
    this.left = true;
    if (!this.stream.live) return;
    this.abort('stream', this.stream.of, this.stream.attempts);
    this.reopen(this.downAt);
  }
}
