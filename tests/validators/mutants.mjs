// Good scenarios with one thing changed, each with what the schema says of it, one JSON object a line,
// for tests/unit/test_plan_mutants.c, which asks the parser the same. Every key that the schema knows
// gets every kind of value once and the values about its limits, is left out once, and every word of an
// enum stands there once; and every object gets each key that it does not have.
import { schema, validate } from './schema.mjs';
import { readFileSync } from 'node:fs';

const seeds = JSON.parse(readFileSync(new URL('seeds.json', import.meta.url), 'utf8'));

const values = [
    null, true, false, 0, 1, -1, 2.5, 1e16, '', 'x', 'a b', '/p', '/p#', 'a\nb', '0', '7', '1s', '1.5s', '1.s',
    '1.2.3s', '5 s', '-1s', 's', '100%', '101%', '99.5%', '<= 5', '>= 95 %', '<=', '3.5', '= 0', '<= 200ms', 'SIGTERM',
    'term', '15', 'SIGNOPE', '500/s', '0/s', '*', 'never', 'http://h:1/x', 'https://h', 'http://', 'a(b', [], {}, ['x'], [{}],
    '1e3ms', '1e2%', '1e3/s', '<= 1e1ms', [''], ['', 'x'],
    { zz: 1 }, { a: 'b' }, { 'a=b': 'c' }, { 'a b': 'c' }, { a: 1 }, { after: '1s', of: 'SIGTERM' },
];
const nobody = 'zzzzqqqqzzzz'; // near no word: the parser then lists all that it knows

const resolve = (node) => {
    let at = node, where = node;
    while (at.$ref) {
        where = at.$ref;
        at = at.$ref.slice(2).split('/').reduce((n, key) => n[key], schema);
    }
    return { at, where };
};

// The words of an enum, wherever it stands below.
const words = (node) => {
    const { at } = resolve(node);
    return [...(at.enum ?? []), ...(at.anyOf ?? []).flatMap(words)].filter((w) => typeof w === 'string');
};

// Just inside and just outside of what the schema allows.
const limits = (node) => {
    const { at } = resolve(node);
    return [
        ...[at.minimum, at.maximum].filter((n) => n !== undefined).flatMap((n) => [n - 1, n, n + 1]),
        ...(at.maxLength ? ['x', '😀'].flatMap((c) => [c.repeat(at.maxLength), c.repeat(at.maxLength + 1)]) : []),
        ...(at.maxItems && at.maxItems <= 1000 ? [Array(at.maxItems + 1).fill('x')] : []),
        ...(at.anyOf ?? []).flatMap(limits),
    ];
};

const known = new Set(), seen = new Set();
const count = (node, name) => Object.keys(node.properties ?? {}).forEach((k) => known.add(`${name}.${k}`));
count(schema, '$');
Object.entries(schema.$defs).forEach(([name, def]) => count(def, `#/$defs/${name}`));

const out = (what, doc, extra = {}) =>
    console.log(JSON.stringify({ what, valid: validate(doc), doc, ...extra }));

// A copy of the seed with `change` done to the object that `path` leads to.
const mutant = (seed, path, change) => {
    const doc = structuredClone(seed);
    change(path.reduce((n, key) => n[key], doc));
    return doc;
};

const samples = new Map(), objects = new Map();

function vary(seed, path, key, node, place) {
    seen.add(place);
    samples.set(place, path.reduce((n, k) => n[k], seed)[key]);
    for (const value of [...values, ...limits(node)])
        out(`${place} = ${JSON.stringify(value)}`, mutant(seed, path, (o) => { o[key] = value; }));
    out(`without ${place}`, mutant(seed, path, (o) => { delete o[key]; }));
    const all = words(node);
    if (!all.length)
        return;
    out(`words of ${place}`, mutant(seed, path, (o) => { o[key] = nobody; }), { words: all });
    for (const word of all)
        out(`word ${place} = ${word}`, mutant(seed, path, (o) => { o[key] = word; }), { word });
}

function walk(seed, path, value, node, name) {
    const { at, where } = resolve(node);
    const place = typeof where === 'string' ? where : name;
    if (Array.isArray(value)) {
        if (at.items)
            value.forEach((v, i) => walk(seed, [...path, i], v, at.items, `${place}[]`));
        return;
    }
    if (at.if && at.then?.$ref) {
        const forms = at.if.anyOf ?? [at.if];
        const branch = forms.some((f) => f.required.every((k) => Object.hasOwn(value, k))) ? at.then : at.else;
        walk(seed, path, value, branch, place);
        return;
    }
    if (value === null || typeof value !== 'object')
        return;
    for (const option of at.anyOf ?? [])
        if (resolve(option).at.properties || resolve(option).at.anyOf)
            walk(seed, path, value, option, place);
    if (!at.properties && typeof at.additionalProperties === 'object') // names that the file chooses
        Object.keys(value).forEach((k) => walk(seed, [...path, k], value[k], at.additionalProperties, `${place}{}`));
    if (!at.properties)
        return;
    if (!seen.has(place)) {
        seen.add(place);
        out(`unknown key in ${place}`, mutant(seed, path, (o) => { o.zz = 1; }));
    }
    objects.set(`${place} with ${Object.keys(value).sort()} ${value.target ?? value.shape ?? ''}`,
        { seed, path, value, at, place });
    for (const key of Object.keys(value)) {
        const spot = `${place}.${key}`;
        if (!at.properties[key])
            continue;
        if (!seen.has(spot))
            vary(seed, path, key, at.properties[key], spot);
        walk(seed, [...path, key], value[key], at.properties[key], spot);
    }
}

for (const seed of seeds) {
    out(`seed ${seed.name}`, seed, { seed: true });
    walk(seed, [], seed, schema, '$');
}
for (const [name, { seed, path, value, at, place }] of objects)
    for (const key of Object.keys(at.properties))
        if (!Object.hasOwn(value, key) && samples.has(`${place}.${key}`))
            out(`${name}, and ${key}`,
                mutant(seed, path, (o) => { o[key] = samples.get(`${place}.${key}`); }));

const missed = [...known].filter((place) => !seen.has(place));
if (missed.length) {
    console.error(`mutants.mjs: no seed has ${missed.join(', ')}: add it to seeds.json`);
    process.exit(1);
}
