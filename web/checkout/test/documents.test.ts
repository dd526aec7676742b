import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { en } from '../src/locales/en.js';
import { hi } from '../src/locales/hi.js';
import { ERROR_DOCS } from '../src/server/error-docs.js';

const types = readFileSync(new URL('../../../sdk/src/types.ts', import.meta.url), 'utf8');
const docs = readFileSync(new URL('../../../docs/checkout.md', import.meta.url), 'utf8');

/** The text of one declaration in the SDK's types. */
const declaration = (start: string, end: RegExp): string => {
  const from = types.indexOf(start);
  expect(from).toBeGreaterThan(0);
  return types.slice(from, from + types.slice(from).search(end));
};
const codes = [...declaration('export type ErrorCode', /;/).matchAll(/'(\w+)'/g)].map(([, code]) => code);

it('every error code has one entry in docs/checkout.md and one at /docs/errors', () => {
  expect(codes.length).toBeGreaterThan(10);
  expect(ERROR_DOCS.map(([code]) => code).sort()).toEqual([...codes].sort());
  const rows = [...docs.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
  for (const code of codes) expect(rows.filter((row) => row === code)).toEqual([code]);
});

it('every option and every event is in docs/checkout.md', () => {
  const options = declaration('export interface PaymentGatewayOptions', /^\}/m);
  const names = [...options.matchAll(/^ {2}(\w+)\??[:(]/gm)].map(([, name]) => name);
  expect(names).toContain('loadTimeoutMs');
  const events = [...declaration('export interface EventMap', /^\}/m).matchAll(/^ {2}'?([\w.]+)'?:/gm)];
  for (const name of [...names, ...events.map(([, event]) => event)]) {
    expect(docs).toMatch(new RegExp(`\`${name}[\`(]`));
  }
});

it('every text is in every language', () => {
  expect(Object.keys(hi).sort()).toEqual(Object.keys(en).sort());
});
