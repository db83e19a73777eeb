#!/usr/bin/env node
// read.cjs FORMAT FILE: read a report with a parser that is not drainctl's, and print what it holds
// as JSON. Anything that its grammar does not allow is an error: exit 1 with the reason.
'use strict';
const fs = require('node:fs');

function tap(text) {
  const { Parser } = require('tap-parser');
  const points = [], comments = []; // a comment with the number of points before it
  for (const [event, value] of Parser.parse(text, { strict: true })) {
    if (event === 'assert')
      points.push({ ok: value.ok, id: value.id, name: value.name, todo: value.todo, diag: value.diag });
    else if (event === 'comment') comments.push([points.length, value.replace(/\n$/, '')]);
    else if (event === 'extra') throw new Error(`not TAP: ${JSON.stringify(value)}`);
    else if (event === 'complete' && (value.count !== points.length || value.plan.end !== points.length))
      throw new Error(`planned ${value.plan.end}, found ${points.length}`);
  }
  return { points, comments };
}

// What the schema cannot say: the stages add up, and pages are there.
function checkEntry(entry, pages) {
  const sum = Object.entries(entry.timings)
    .reduce((n, [name, ms]) => (name === 'ssl' || ms < 0 ? n : n + Math.round(ms * 1000)), 0);
  if (sum !== Math.round(entry.time * 1000))
    throw new Error(`the stages of attempt ${entry._attempt} do not add up to its time`);
  if (!pages.has(entry.pageref)) throw new Error(`no page '${entry.pageref}'`);
  if (Number.isNaN(Date.parse(entry.startedDateTime))) throw new Error('not a time');
}

function har(text) {
  const Ajv = require('ajv').default;
  const ajv = new Ajv({ strict: false, allErrors: true });
  require('ajv-formats')(ajv);
  ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'));
  ajv.addSchema(Object.values(require('har-schema')));
  const data = JSON.parse(text);
  const valid = ajv.getSchema('har.json#');
  if (!valid(data)) throw new Error(ajv.errorsText(valid.errors.slice(0, 5)));
  const pages = new Set(data.log.pages.map((page) => page.id));
  data.log.entries.forEach((entry) => checkEntry(entry, pages));
  return data.log;
}

// GitHub's Markdown as a browser would have it: its tables, headings and elements.
async function markdown(text) {
  const { micromark } = await import('micromark');
  const { gfm, gfmHtml } = await import('micromark-extension-gfm');
  const html = micromark(text, {
    allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  const root = require('parse5').parseFragment(html);
  const found = { tables: [], headings: [], elements: {}, paragraphs: [], pre: [] };
  const inner = (node) => node.nodeName === '#text' ? node.value
    : node.nodeName === 'br' ? '\n' : (node.childNodes ?? []).map(inner).join('');
  const rows = (node) => node.nodeName === 'tr'
    ? [node.childNodes.filter((cell) => /^t[hd]$/.test(cell.nodeName)).map(inner)]
    : (node.childNodes ?? []).flatMap(rows);
  (function walk(node) {
    if (!node.nodeName.startsWith('#'))
      found.elements[node.nodeName] = (found.elements[node.nodeName] ?? 0) + 1;
    if (node.nodeName === '#comment') found.elements.comment = 1;
    if (node.nodeName === 'table') found.tables.push(rows(node));
    if (/^h\d$/.test(node.nodeName)) found.headings.push(inner(node));
    if (node.nodeName === 'p') found.paragraphs.push(inner(node));
    if (node.nodeName === 'pre') found.pre.push(inner(node));
    (node.childNodes ?? []).forEach(walk);
  })(root);
  return found;
}

const readers = { tap, har, markdown };
const [format, file] = process.argv.slice(2);
(async () => {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(fs.readFileSync(file));
  process.stdout.write(JSON.stringify(await readers[format](text)) + '\n');
})().catch((error) => {
  process.stderr.write(`${file}: not ${format}: ${error.message}\n`);
  process.exitCode = 1;
});
