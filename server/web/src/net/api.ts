// Every request of the page goes through here, so that one place decides what a broken connection is.
import axios, { type AxiosError } from 'axios';
import axiosRetry from 'axios-retry';
import { config } from '../config';
import type { Result } from '../policy/policy';
import { retryDelay, untouched, wantsRetry } from '../policy/retry';
import { isNaive, policy } from '../settings';
import { server } from './state';

export class Trouble extends Error {
  constructor(
    // A browser does not tell a refused connection from one that was cut off, so both are cut-off here.
    readonly outcome: Result,
    readonly status: number,
    readonly retryAfterMs: number,
    text: string,
  ) {
    super(text);
  }

  // Perhaps the server has worked on it.
  get touched(): boolean {
    return !untouched(this.outcome, this.status);
  }
}

export interface Order {
  id: number | string;
  item: string;
}

type Listener = (trouble: Trouble | null) => void;
const listeners = new Set<Listener>();

// Told of every request: null when it came to an answer that is no failure of the server.
export function onRequest(listener: Listener): void {
  listeners.add(listener);
}

const api = axios.create();

function outcome(error: AxiosError): Result {
  if (error.response) return 'status';
  return error.code === 'ECONNABORTED' || error.code === 'ETIMEDOUT' ? 'timed-out' : 'cut-off';
}

function sentence(what: Result, error: AxiosError): string {
  if (what === 'timed-out') return 'the server did not answer in time';
  if (what === 'cut-off') return 'there is no connection to the server';
  const said = (error.response?.data as { error?: unknown } | undefined)?.error;
  if (typeof said === 'string') return said;
  return error.response?.status === 503 ? 'the server is shutting down' : `the server answered ${error.response?.status}`;
}

// RFC 9110 §10.2.3, in seconds; a date would need a clock that is right.
function retryAfter(error: AxiosError): number {
  const seconds = Number(error.response?.headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

function trouble(error: unknown): Trouble {
  if (!axios.isAxiosError(error)) return new Trouble('cut-off', 0, 0, String(error));
  const what = outcome(error);
  return new Trouble(what, error.response?.status ?? 0, retryAfter(error), sentence(what, error));
}

function report(found: Trouble | null): void {
  const serverSpoke = found === null || (found.outcome === 'status' && found.status < 500);
  for (const listener of listeners) listener(serverSpoke ? null : found);
}

// A server that is known to be away is not asked again and again: what can wait then waits in the queue.
function again(error: AxiosError): boolean {
  const tries = error.config?.['axios-retry']?.retryCount ?? 0;
  const waits = policy.queue.on && (server.state === 'gone' || server.state === 'draining');
  return !waits && wantsRetry(policy, tries, outcome(error), error.response?.status ?? 0);
}

axiosRetry(api, {
  retries: policy.retry.tries,
  shouldResetTimeout: true, // the limit is for one attempt
  retryCondition: again,
  retryDelay: (count, error) => retryDelay(policy, count - 1, retryAfter(error), Math.random()),
  onRetry: (_, error) => report(trouble(error)),
});

// The one place that sees how every request ends, after its retries.
api.interceptors.response.use(
  (answer) => {
    report(null);
    return answer;
  },
  (error: unknown) => {
    const found = trouble(error);
    report(found);
    return Promise.reject(found);
  },
);

const limit = (): number => (isNaive ? 0 : config.requestTimeoutSeconds * 1000);

export async function sendOrder(item: string, key?: string): Promise<void> {
  await api.post('/api/orders', { item }, {
    timeout: limit(),
    headers: key ? { 'Idempotency-Key': key } : {},
  });
}

export async function listOrders(): Promise<Order[]> {
  const answer = await api.get('/api/orders', { timeout: limit() });
  if (!Array.isArray(answer.data)) throw new Trouble('status', answer.status, 0, 'the list of orders cannot be read');
  return answer.data as Order[];
}
