// The page's policies decide as tests/vectors says (its README has the format), as lib/frontend does.
import { readdirSync, readFileSync } from 'node:fs';
import { careful, nothing, sets, type Policy } from '../../server/web/src/policy/policy';
import { Machine, type Event } from './machine';

type Json = Record<string, unknown>;
const folder = process.argv[2];
const MS: Record<string, number> = { ms: 1, s: 1000, m: 60000, h: 3600000 };

function span(value: unknown): number {
  const [, number, unit] = /^([\d.]+)(ms|s|m|h)$/.exec(String(value)) ?? [];
  if (!unit) throw new Error(`no duration: ${String(value)}`);
  return Number(number) * MS[unit];
}

// The keys of a scenario's "frontend" to those of Policy; a setting begins with careful's values.
const DURATIONS = ['interval', 'timeout', 'no_new_work', 'leave', 'base', 'cap', 'spread', 'half_open_after', 'after', 'pause', 'again', 'delay'];
const NAMES: Json = {
  obey_notice: 'notice', circuit_breaker: 'breaker', offline_queue: 'queue', disable_button: 'disableButton',
  idempotency_key: 'idempotencyKey', no_new_work: 'noNewWork', half_open_after: 'halfOpen', retry_after: 'obey', last_event_id: 'lastEventId',
};
const named = (key: string): string => (NAMES[key] as string | undefined) ?? key;

function part(given: unknown, base: Json): Json {
  if (typeof given === 'boolean') return { ...base, on: given };
  const read = Object.entries(given as Json).map(([key, value]) => [named(key), DURATIONS.includes(key) ? span(value) : value]);
  return { ...base, ...(('on' in base && typeof base.on === 'boolean') ? { on: true } : {}), ...Object.fromEntries(read) };
}

function setting(key: string, value: unknown): unknown {
  const base = careful()[named(key) as keyof Policy];
  if (key === 'timeout') return span(value);
  if (typeof base !== 'object') return value;
  if (key === 'retry') {
    const whole = part(typeof value === 'string' ? { kind: value } : value, base as unknown as Json);
    const jitter = whole.kind === 'exponential+jitter' || (typeof value === 'object' && !('kind' in (value as Json)));
    return jitter || (value as Json).spread !== undefined ? whole : { ...whole, spread: 0 };
  }
  return part(key === 'impatient' && typeof value === 'string' ? { after: value } : value, base as unknown as Json);
}

function policyOf(given: string | Json): Policy {
  if (typeof given === 'string') return sets[given]();
  const policy = given.set ? sets[given.set as string]() : nothing();
  for (const [key, value] of Object.entries(given))
    if (key !== 'set' && key !== 'cache') (policy as unknown as Json)[named(key)] = setting(key, value);
  return policy;
}

function eventOf(step: Json): Event {
  const number = (key: string) => (step[key] as number | undefined) ?? 0;
  const kind = ['want', 'message', 'notice', 'tick'].find((key) => key in step) ?? 'result';
  return {
    kind: kind as Event['kind'], now: number('at'), random: number('random'),
    of: kind === 'want' ? number('want') : number('of'),
    what: step.what as Event['what'], cache: (step.cache ?? 'network-only') as Event['cache'],
    call: step.call as Event['call'], attempt: number('attempt'),
    result: ('status' in step ? 'status' : step.result) as Event['result'], status: number('status'),
    retryAfter: number('retry_after'), id: number('message'), retry: number('retry'),
    left: step.notice as number | null,
  };
}

let cases = 0, failed = 0;

function play(file: string, one: { name: string; policy: string | Json; open?: number; steps: Json[] }): void {
  const machine = new Machine(policyOf(one.policy), one.open ?? 0);
  cases++;
  for (const [index, step] of one.steps.entries()) {
    const did = machine.step(eventOf(step)), due = machine.due();
    const wanted = step.due === null ? Infinity : step.due;
    if (JSON.stringify(did) === JSON.stringify(step.do) && (wanted === undefined || wanted === due)) continue;
    failed++;
    console.log(`not ok ${file}, '${one.name}', step ${index}: did ${JSON.stringify(did)}, due ${due}; ` +
      `expected ${JSON.stringify(step.do)}, due ${String(wanted)}`);
    return;
  }
}

// Preflights are the browser's own.
const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'origin.json');
for (const file of files)
  for (const one of JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'))) play(file, one);
if (files.length < 11 || cases < 50) throw new Error(`only ${cases} cases in ${files.length} files`);
if (!failed) console.log(`ok page vectors: ${cases} cases of ${files.length} files`);
process.exitCode = failed ? 1 : 0;
