/**
 * From what a person typed to minor units: the one place where text becomes money.
 *
 * It knows the ways of writing of several countries, and refuses what two of them would read as two amounts:
 * it is never guessed how much somebody meant.
 */

import { digitsOf } from './currencies';
import { formatAmount, symbolOf, toDecimal } from './money';

/** Minor units, or why it is no amount of this currency, in words for who typed it. */
export type Read = { minor: number } | { reason: string };

/** The largest amount of the API, in minor units. */
const MOST = 10 ** 12;

const WESTERN = /^[1-9]\d{0,2}(?:([., '])\d{3})(?:\1\d{3})*$/;
const INDIAN = /^[1-9]\d?(?:([, ])\d{2})(?:\1\d{2})*\1\d{3}$/;

export function readAmount(typed: string, currency: string): Read {
  const text = withoutCurrency(plain(typed), currency);
  const example = toDecimal(123_450, currency);
  if (text === '') return { reason: 'Enter an amount' };
  if (/^[-+\u2212\u2013]/u.test(text)) return { reason: 'Leave out the sign' };
  if (!/^[\d., ']+$/.test(text)) return { reason: `Write an amount in ${currency}, such as ${example}` };
  const parts = split(text, digitsOf(currency));
  if (parts === 'ambiguous') return { reason: bothReadings(text, currency) };
  if (parts === null) return { reason: `Group digits as in ${grouped(currency)}, or not at all` };
  const { whole, fraction } = parts;
  if (fraction === '') return { reason: 'Digits are missing at the end' };
  return inMinor(whole || '0', fraction ?? '', currency);
}

/** ASCII digits, one kind of blank and of apostrophe, nothing that cannot be seen. */
function plain(typed: string): string {
  return typed
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/[’‘ʼ＇]/gu, "'")
    .replace(/[，٬]/gu, ',')
    .replace(/[．٫]/gu, '.')
    .replace(/\p{Nd}/gu, asciiDigit)
    .trim();
}

/** Digits of every script stand in unbroken tens, from zero to nine. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((code - first) % 10);
}

/** Without the currency's own sign or code on either side: `₹500.00` can be pasted. */
function withoutCurrency(text: string, currency: string): string {
  for (const name of [currency, plain(symbolOf(currency))]) {
    if (text.startsWith(name)) return text.slice(name.length).trim();
    if (text.endsWith(name)) return text.slice(0, -name.length).trim();
  }
  return text;
}

interface Parts {
  whole: string;
  /** Undefined where there is no decimal mark, empty where nothing follows it. */
  fraction?: string;
}

/** Where the decimals begin; null where marks stand elsewhere than between groups. */
function split(text: string, digits: number): Parts | 'ambiguous' | null {
  const marks = text.match(/[., ']/g) ?? [];
  const last = marks.at(-1);
  if (last === undefined) return { whole: text };
  const isDecimal = /[.,]/.test(last) && marks.filter((mark) => mark === last).length === 1;
  if (!isDecimal) return wholeOf(text);
  const at = text.lastIndexOf(last);
  const fraction = text.slice(at + 1);
  const whole = wholeOf(text.slice(0, at));
  // A single comma before three digits: thousands to one, decimals to the other.
  if (last === ',' && marks.length === 1 && isGrouped(text)) {
    return fraction.length <= digits ? 'ambiguous' : wholeOf(text);
  }
  return whole && { ...whole, fraction };
}

const isGrouped = (text: string): boolean => WESTERN.test(text) || INDIAN.test(text);

function wholeOf(text: string): Parts | null {
  if (/^\d*$/.test(text)) return { whole: text };
  return isGrouped(text) ? { whole: text.replace(/\D/g, '') } : null;
}

function inMinor(whole: string, fraction: string, currency: string): Read {
  const digits = digitsOf(currency);
  if (fraction.length > digits) {
    const has = digits === 0 ? 'no decimals' : `${digits} decimals, not ${fraction.length}`;
    return { reason: `${currency} has ${has}` };
  }
  const minor = Number(whole + fraction.padEnd(digits, '0'));
  return minor <= MOST ? { minor } : { reason: `The largest amount is ${formatAmount(MOST, currency)}` };
}

function bothReadings(text: string, currency: string): string {
  const decimal = text.replace(',', '.');
  const thousands = `${text.replace(',', '')}.${'0'.repeat(digitsOf(currency))}`;
  return `${text} could be ${decimal} or ${thousands}: write one of these`;
}

function grouped(currency: string): string {
  return formatAmount(123_456_789 * 10 ** digitsOf(currency), currency);
}
