/** Amounts: integers in minor units, shown by the currency's own number of digits (ISO 4217). */

const ZERO = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ');
const THREE = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');
const DIGITS: Record<string, number> = {
  ...Object.fromEntries(ZERO.map((code) => [code, 0])),
  ...Object.fromEntries(THREE.map((code) => [code, 3])),
  CLF: 4,
  UYW: 4,
};

/** How many digits stand after the point. */
export function digitsOf(currency: string): number {
  return DIGITS[currency] ?? 2;
}

/** `₹500.00`, `¥500`, `KWD 1.000`: grouped as the currency's country does (`₹1,00,000.00`). */
export function formatAmount(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  const locale = currency === 'INR' ? 'en-IN' : 'en-US';
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  // Digits are put in by text: a float could not hold every amount.
  const negative = minor < 0;
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  const whole = digits ? text.slice(0, -digits) : text;
  const fraction = digits ? text.slice(-digits) : '';
  const body = format
    .formatToParts(BigInt(whole))
    .map((part) => (part.type === 'fraction' ? fraction : part.value))
    .join('')
    .replace('\u00a0', ' ');
  return negative ? `-${body}` : body;
}

/** `₹1.2L`-like short forms for charts' axes. */
export function formatShort(minor: number, currency: string): string {
  return new Intl.NumberFormat(currency === 'INR' ? 'en-IN' : 'en-US', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    notation: 'compact',
    maximumFractionDigits: 1,
  }).format(minor / 10 ** digitsOf(currency));
}

/** What a person typed (`1,234.50`) in minor units; null if it is no amount of this currency. */
export function parseAmount(text: string, currency: string): number | null {
  const digits = digitsOf(currency);
  const match = /^(\d+)(?:\.(\d*))?$/.exec(text.replace(/[,\s]/g, ''));
  const fraction = match?.[2] ?? '';
  if (!match?.[1] || fraction.length > digits) return null;
  const minor = Number(match[1] + fraction.padEnd(digits, '0'));
  return Number.isSafeInteger(minor) ? minor : null;
}

/** Minor units as a plain decimal for an input: 50000 INR is `500.00`. */
export function toDecimal(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  const text = String(minor).padStart(digits + 1, '0');
  return digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
}
