import { brandOf } from './brands.js';
import { digitsOf, visible } from './digits.js';

/** Digits of the longest number there is (ISO/IEC 7812-1). */
const LONGEST = 19;

/**
 * A number in its brand's groups: `4242 4242 4242 4242`, `3782 822463 10005`. One that is too long for its
 * brand is shown as it is: cut to the right length it would be another card's.
 */
export function formatNumber(text: string): string {
  let rest = digitsOf(text).slice(0, LONGEST);
  const parts: string[] = [];
  for (const size of [...brandOf(rest).groups, LONGEST]) {
    if (!rest) break;
    parts.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return parts.join(' ');
}

const isMonth = (text: string): boolean => Number(text) >= 1 && Number(text) <= 12;
/** Of this century a year needs two digits. */
const shortYear = (year: string): string => year.replace(/^20(?=\d\d$)/, '');

/**
 * `MM / YY` while it is typed: takes `1/2`, `1228`, `12/2028` and what autofill gives (`2028-12`). What does not
 * begin like a date stays as it was typed, and no digit is ever moved or dropped: that would make another date.
 */
export function formatExpiry(text: string, deleting = false): string {
  const plain = visible(text).trimStart();
  if (deleting) return plain.replace(/^(\d*)\s*\/\s*$/, '$1');
  const [, isoYear, isoMonth] = /^(20\d\d)[/.-](\d{1,2})$/.exec(plain) ?? [];
  if (isoYear && isoMonth && isMonth(isoMonth)) return `${isoMonth.padStart(2, '0')} / ${shortYear(isoYear)}`;
  if (/^[2-9]$/.test(plain)) return `0${plain} / `;
  const [, month, year = ''] = /^(\d{2})(\d*)$/.exec(plain) ?? /^(\d{1,2})[\s/.-]+(\d*)$/.exec(plain) ?? [];
  return month && isMonth(month) ? `${month.padStart(2, '0')} / ${shortYear(year)}` : plain;
}

/** Where the caret belongs after formatting: behind as many digits as before. */
export function caretAfter(formatted: string, digitsBefore: number): number {
  if (digitsBefore === 0) return 0;
  let seen = 0;
  for (let i = 0; i < formatted.length; i++) {
    if (/\d/.test(formatted[i] ?? '') && ++seen === digitsBefore) return i + 1;
  }
  return formatted.length;
}

export interface Expiry {
  month: number;
  year: number;
}

/** Month and full year; undefined while it is not a month of a year. */
export function readExpiry(text: string): Expiry | undefined {
  const [, month = '', year = ''] = /^(\d{2}) \/ (\d{2}|(?:19|2[01])\d{2})$/.exec(formatExpiry(text)) ?? [];
  if (!isMonth(month)) return;
  return { month: Number(month), year: Number(year) + (year.length === 2 ? 2000 : 0) };
}
