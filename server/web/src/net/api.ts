// Every request of the page goes through here, so that one place decides what a broken connection is.
import axios, { type AxiosError } from 'axios';
import { config } from '../config';

// What became of a request, in the words of tests/vectors. A browser does not tell a refused connection from one
// that was cut off, so both are cut-off here: perhaps the server worked on it.
export type Outcome = 'status' | 'cut-off' | 'timed-out' | 'aborted';

export class Trouble extends Error {
  constructor(
    readonly outcome: Outcome,
    readonly status: number,
    readonly retryAfterMs: number,
    text: string,
  ) {
    super(text);
  }
}

export interface Order {
  id: number | string;
  item: string;
  at?: string;
}

type Listener = (trouble: Trouble | null) => void;
const listeners = new Set<Listener>();

// Told of every request: null when it came to an answer that is no failure of the server.
export function onRequest(listener: Listener): void {
  listeners.add(listener);
}

const api = axios.create();

function outcome(error: AxiosError): Outcome {
  if (error.response) return 'status';
  if (error.code === 'ECONNABORTED' || error.code === 'ETIMEDOUT') return 'timed-out';
  return error.code === 'ERR_CANCELED' ? 'aborted' : 'cut-off';
}

function sentence(what: Outcome, error: AxiosError): string {
  if (what === 'timed-out') return 'the server did not answer in time';
  if (what === 'aborted') return 'the request was given up';
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

api.interceptors.response.use(
  (answer) => {
    for (const listener of listeners) listener(null);
    return answer;
  },
  (error: unknown) => {
    const found = trouble(error);
    const serverSpoke = found.outcome === 'status' && found.status < 500;
    if (found.outcome !== 'aborted')
      for (const listener of listeners) listener(serverSpoke ? null : found);
    return Promise.reject(found);
  },
);

export async function sendOrder(item: string, key: string): Promise<Order> {
  const answer = await api.post('/api/orders', { item }, {
    timeout: config.requestTimeoutSeconds * 1000,
    headers: { 'Idempotency-Key': key },
  });
  return answer.data as Order;
}

export async function listOrders(): Promise<Order[]> {
  const answer = await api.get('/api/orders', { timeout: config.requestTimeoutSeconds * 1000 });
  const data = answer.data as { orders?: Order[] } | Order[];
  const orders = Array.isArray(data) ? data : data.orders;
  if (!Array.isArray(orders)) throw new Trouble('status', answer.status, 0, 'the list of orders cannot be read');
  return orders;
}
