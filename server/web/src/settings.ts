// What this page does, and what it leaves out: /?naive has none of it, /?without=queue,retry leaves out single
// things, /?naive&with=key is a naive page with one.
import { careful, naive, type Policy } from './policy/policy';

export const switches = {
  key: 'each order carries a key, so that it can be sent twice and counts once',
  retry: 'what failed is tried again, later each time, with a part by chance',
  queue: 'orders are kept while the server is away, and sent in order',
  button: 'a button that waits cannot be clicked again',
  notice: 'an announced shutdown is counted down, and nothing new is begun just before',
  poll: 'the status is asked every 30 s',
  stream: 'an event stream that a wrong answer ended is opened again',
  worker: 'a service worker keeps the page, so that a reload works without a server',
  calm: 'no long task, no late style, no picture without a size, a list with a placeholder',
} as const;
export type Switch = keyof typeof switches;
const all = Object.keys(switches) as Switch[];

function read(query: URLSearchParams): Set<Switch> {
  const on = new Set<Switch>(query.has('naive') ? [] : all);
  const words = (name: string) => (query.get(name) ?? '').split(',') as Switch[];
  for (const word of words('with')) if (all.includes(word)) on.add(word);
  for (const word of words('without')) on.delete(word);
  return on;
}

const query = new URLSearchParams(location.search);
const on = read(query);
export const isNaive = query.has('naive');
export const has = (name: Switch): boolean => on.has(name);

// The address of the same page with one switch turned.
export function turned(name: Switch): string {
  const next = new Set(on);
  if (!next.delete(name)) next.add(name);
  const out = all.filter((other) => !next.has(other)), kept = all.filter((other) => next.has(other));
  const search = out.length <= kept.length
    ? (out.length ? `?without=${out.join(',')}` : '')
    : `?naive${kept.length ? `&with=${kept.join(',')}` : ''}`;
  return `/${search}${location.hash}`;
}

function policyOf(): Policy {
  const base = careful(), bare = naive();
  return {
    ...base,
    retry: has('retry') ? base.retry : bare.retry,
    queue: has('queue') ? base.queue : bare.queue,
    notice: has('notice') ? base.notice : bare.notice,
    poll: has('poll') ? base.poll : bare.poll,
    disableButton: has('button'),
    idempotencyKey: has('key'),
    timeout: isNaive ? 0 : base.timeout,
  };
}

export const policy = policyOf();
