/** Amounts as text: integers in minor units, shown by the currency's own number of digits. */

import { digitsOf } from './currencies';

/** `₹500.00`, `¥500`, `KWD 1.000`: grouped as the currency's country does (`₹1,00,000.00`). */
export function formatAmount(minor: number, currency: string): string {
  const [whole = '', fraction] = toDecimal(Math.abs(minor), currency).split('.');
  // Digits are put in by text: a float could not hold every amount.
  const body = formatOf(currency)
    .formatToParts(BigInt(whole))
    .map((part) => (part.type === 'fraction' ? fraction : part.value))
    .join('')
    .replace('\u00a0', ' ');
  return minor < 0 ? `-${body}` : body;
}

/** The sign that stands before an amount: `₹`, `CA$`, `KWD`. */
export function symbolOf(currency: string): string {
  const parts = formatOf(currency).formatToParts(0);
  return parts.find((part) => part.type === 'currency')?.value ?? currency;
}

/** `₹1.2L`-like short forms for charts' axes. */
export function formatShort(minor: number, currency: string): string {
  return new Intl.NumberFormat(localeOf(currency), {
    style: 'currency',
    currency,
    notation: 'compact',
    maximumFractionDigits: 1,
  }).format(minor / 10 ** digitsOf(currency));
}

/** Minor units as a plain decimal for an input: 50000 INR is `500.00`. */
export function toDecimal(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  const text = String(minor).padStart(digits + 1, '0');
  return digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
}

function formatOf(currency: string): Intl.NumberFormat {
  const digits = digitsOf(currency);
  return new Intl.NumberFormat(localeOf(currency), {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

const localeOf = (currency: string): string => (currency === 'INR' ? 'en-IN' : 'en-US');

/** `14,599`; grouped as the amounts beside it are. */
export function formatCount(count: number, currency: string): string {
  return new Intl.NumberFormat(localeOf(currency)).format(count);
}
