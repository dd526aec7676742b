import { expect, it } from 'vitest';
import { banks } from '../src/generated/instruments.json';
import { find } from '../src/instruments/find.js';

const ALL = Object.entries(banks).map(([code, name]) => ({ code, name }));
const names = (text: string) => find(ALL, text).map(({ name }) => name);

it.each([
  ['hdfc', 'HDFC Bank'],
  ['sbi', 'State Bank of India'],
  ['SBIN', 'State Bank of India'],
  ['state bank of i', 'State Bank of India'],
  ['pnb', 'Punjab National Bank'],
  ['bob', 'Bank of Baroda'],
  ['boi', 'Bank of India'],
  ['axis', 'Axis Bank'],
  ['utib', 'Axis Bank'],
  ['  kotak  ', 'Kotak Mahindra Bank'],
  ['idfc first', 'IDFC FIRST Bank'],
  ['j&k', 'Jammu and Kashmir Bank'],
  ['baroda', 'Bank of Baroda'],
])('finds %s as %s, before any other', (text, name) => {
  expect(names(text)[0]).toBe(name);
});

it('shows all where nothing is asked for, and none where nobody has the name', () => {
  expect(names('')).toEqual(Object.values(banks));
  expect(names(' .,- ')).toEqual(Object.values(banks));
  expect(names('zzz')).toEqual([]);
  expect(names('bank of mars')).toEqual([]);
});

it('finds each bank by its name, its code and each word of it', () => {
  for (const { code, name } of ALL) {
    for (const text of [name, code, name.toUpperCase(), ...name.split(' ')]) {
      expect(find(ALL, text).map((one) => one.code)).toContain(code);
    }
  }
});
