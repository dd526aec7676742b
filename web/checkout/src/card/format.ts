import { brandOf } from './brands.js';

/** ASCII digits of a text; those of Devanagari and Arabic keyboards count. */
export function digitsOf(text: string): string {
  return text
    .replace(/[०-९]/g, (digit) => String(digit.charCodeAt(0) - 0x966))
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/\D/g, '');
}

/** A number in its brand's groups: `4242 4242 4242 4242`, `3782 822463 10005`. */
export function formatNumber(text: string): string {
  const brand = brandOf(digitsOf(text));
  let rest = digitsOf(text).slice(0, Math.max(...brand.lengths));
  const parts: string[] = [];
  for (const size of brand.groups) {
    if (!rest) break;
    parts.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return parts.join(' ');
}

/** `MM / YY` while it is typed: takes `1/2`, `1228`, `12/2028` and what autofill gives (`2028-12`). */
export function formatExpiry(text: string, deleting = false): string {
  const iso = /^\s*(\d{4})-(\d{1,2})\s*$/.exec(text);
  if (iso) return `${iso[2]?.padStart(2, '0')} / ${iso[1]?.slice(2)}`;
  const [left = '', right] = text.split(/[/\-.]/, 2);
  let month = digitsOf(left);
  let year = right === undefined ? '' : digitsOf(right);
  if (right === undefined && month.length > 2) {
    year = month.slice(2);
    month = month.slice(0, 2);
  }
  if (/^[2-9]$/.test(month) || (right !== undefined && month.length === 1)) month = `0${month}`;
  if (Number(month) > 12 && month.length === 2) {
    year = month.slice(1) + year;
    month = `0${month[0]}`;
  }
  if (year.length === 4 && year.startsWith('20')) year = year.slice(2);
  if (month.length < 2 || (deleting && !year)) return month;
  return `${month} / ${year.slice(0, year.startsWith('20') ? 4 : 2)}`;
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
  const match = /^(\d{2})\s*\/\s*(\d{2}|20\d{2})$/.exec(text.trim());
  const month = Number(match?.[1]);
  if (!match || month < 1 || month > 12) return;
  const year = Number(match[2]);
  return { month, year: year < 100 ? 2000 + year : year };
}
