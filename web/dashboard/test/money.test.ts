import { describe, expect, it } from 'vitest';
import { CURRENCIES, digitsOf } from '../src/lib/currencies';
import { formatAmount, toDecimal } from '../src/lib/money';
import { readAmount } from '../src/lib/readAmount';

describe('formatAmount', () => {
  it.each([
    [50_000, 'INR', '₹500.00'],
    [10_000_000, 'INR', '₹1,00,000.00'],
    [500, 'JPY', '¥500'],
    [1000, 'KWD', 'KWD 1.000'],
    [5, 'USD', '$0.05'],
    [5, 'CAD', 'CA$0.05'],
    [5, 'CNY', 'CN¥0.05'],
    [-10_000, 'INR', '-₹100.00'],
    [0, 'INR', '₹0.00'],
  ])('shows %i %s as %s', (minor, currency, text) => {
    expect(formatAmount(minor, currency)).toBe(text);
  });

  it('is exact where a float is not', () => {
    expect(formatAmount(9_007_199_254_740_991, 'USD')).toBe('$90,071,992,547,409.91');
  });

  it('writes no two currencies alike', () => {
    const shown = CURRENCIES.map((currency) => formatAmount(100_000, currency));
    expect(new Set(shown).size).toBe(CURRENCIES.length);
  });
});

const minorOf = (text: string, currency: string) => {
  const read = readAmount(text, currency);
  return 'minor' in read ? read.minor : read.reason;
};

describe('readAmount', () => {
  it.each([
    // Without grouping.
    ['500', 'INR', 50_000],
    ['0500', 'INR', 50_000],
    ['500.5', 'INR', 50_050],
    ['500.50', 'INR', 50_050],
    ['.50', 'INR', 50],
    ['0.01', 'INR', 1],
    ['0', 'INR', 0],
    ['500', 'JPY', 500],
    ['1.005', 'KWD', 1005],
    ['0.5', 'KWD', 500],
    // A comma for the decimals, where it can be nothing else.
    ['6,95', 'EUR', 695],
    ['6,9', 'EUR', 690],
    ['500,5', 'INR', 50_050],
    ['0,95', 'EUR', 95],
    [',95', 'EUR', 95],
    ['1234,56', 'EUR', 123_456],
    ['1,05', 'KWD', 1050],
    ['0,695', 'KWD', 695],
    ['1234,567', 'KWD', 1_234_567],
    // Groups of three.
    ['1,234', 'INR', 123_400],
    ['1,234', 'JPY', 1234],
    ['100,000', 'USD', 10_000_000],
    ['1,234.5', 'INR', 123_450],
    ['1,234,567.89', 'USD', 123_456_789],
    ['1,234.567', 'KWD', 1_234_567],
    ['1.234,50', 'EUR', 123_450],
    ['1.234.567', 'EUR', 123_456_700],
    ['1.234.567,8', 'EUR', 123_456_780],
    ['1.234,567', 'KWD', 1_234_567],
    ['1 234,50', 'EUR', 123_450],
    ['1 234.50', 'EUR', 123_450],
    ['1\u00a0234,50', 'EUR', 123_450],
    ['1\u202f234\u202f567,50', 'EUR', 123_456_750],
    ['1\u2009234', 'EUR', 123_400],
    ["1'234.50", 'CHF', 123_450],
    ['1’234’567.50', 'CHF', 123_456_750],
    // Lakh and crore.
    ['1,00,000', 'INR', 10_000_000],
    ['1,00,000.50', 'INR', 10_000_050],
    ['12,34,567.89', 'INR', 123_456_789],
    ['1,23,45,678', 'INR', 1_234_567_800],
    ['1 00 000', 'INR', 10_000_000],
    // As it is pasted.
    ['₹500.00', 'INR', 50_000],
    ['₹1,00,000.00', 'INR', 10_000_000],
    ['500 INR', 'INR', 50_000],
    ['6,95 €', 'EUR', 695],
    ['KWD 1.000', 'KWD', 1000],
    ['  500  ', 'INR', 50_000],
    ['\u200e500\u200b', 'INR', 50_000],
    ['\ufeff500', 'INR', 50_000],
    // Other digits of the same numbers.
    ['५००.५०', 'INR', 50_050],
    ['১,২৩৪.৫', 'BDT', 123_450],
    ['٥٠٠٫٥', 'EGP', 50_050],
    ['١٬٢٣٤٫٥٠', 'EGP', 123_450],
    ['５００', 'JPY', 500],
  ])('reads %j of %s as %i', (text, currency, minor) => {
    expect(readAmount(text, currency)).toEqual({ minor });
  });

  it.each([
    ['', 'INR', 'Enter an amount'],
    ['   ', 'INR', 'Enter an amount'],
    ['₹', 'INR', 'Enter an amount'],
    ['-5', 'INR', 'Leave out the sign'],
    ['\u22125', 'INR', 'Leave out the sign'],
    ['+5', 'INR', 'Leave out the sign'],
    ['₹-5', 'INR', 'Leave out the sign'],
    // Not an amount of this currency.
    ['1e3', 'INR', 'Write an amount in INR, such as 1234.50'],
    ['abc', 'JPY', 'Write an amount in JPY, such as 123450'],
    ['€5', 'INR', 'Write an amount in INR, such as 1234.50'],
    ['5²', 'INR', 'Write an amount in INR, such as 1234.50'],
    ['½', 'INR', 'Write an amount in INR, such as 1234.50'],
    ['1_000', 'INR', 'Write an amount in INR, such as 1234.50'],
    ['(5)', 'INR', 'Write an amount in INR, such as 1234.50'],
    ['0x10', 'INR', 'Write an amount in INR, such as 1234.50'],
    ['1\t000', 'INR', 'Write an amount in INR, such as 1234.50'],
    // More decimals than the currency has.
    ['1.005', 'INR', 'INR has 2 decimals, not 3'],
    ['6.950', 'EUR', 'EUR has 2 decimals, not 3'],
    ['0,695', 'EUR', 'EUR has 2 decimals, not 3'],
    ['6,9500', 'EUR', 'EUR has 2 decimals, not 4'],
    ['1234,567', 'EUR', 'EUR has 2 decimals, not 3'],
    ['1,234.567', 'EUR', 'EUR has 2 decimals, not 3'],
    ['1.5', 'JPY', 'JPY has no decimals'],
    ['500,5', 'JPY', 'JPY has no decimals'],
    ['500.00', 'JPY', 'JPY has no decimals'],
    ['1.234', 'JPY', 'JPY has no decimals'],
    ['1.2345', 'KWD', 'KWD has 3 decimals, not 4'],
    // One comma and two readings.
    ['1,234', 'KWD', '1,234 could be 1.234 or 1234.000: write one of these'],
    ['12,345', 'BHD', '12,345 could be 12.345 or 12345.000: write one of these'],
    // Grouping that is none.
    ['1,2,3', 'INR', 'Group digits as in ₹12,34,56,789.00, or not at all'],
    ['1,23,456', 'USD', 12_345_600],
    ['1,0000', 'INR', 'INR has 2 decimals, not 4'],
    ['1,00,00', 'INR', 'Group digits as in ₹12,34,56,789.00, or not at all'],
    ['1,000,00', 'USD', 'Group digits as in $123,456,789.00, or not at all'],
    ['1,000,00,000', 'INR', 'Group digits as in ₹12,34,56,789.00, or not at all'],
    ['1.00.000', 'EUR', 'Group digits as in €123,456,789.00, or not at all'],
    ['0,000,500', 'USD', 'Group digits as in $123,456,789.00, or not at all'],
    ['1234,567.89', 'USD', 'Group digits as in $123,456,789.00, or not at all'],
    ['1,23.45', 'USD', 'Group digits as in $123,456,789.00, or not at all'],
    ['1.23,45', 'EUR', 'Group digits as in €123,456,789.00, or not at all'],
    ['1,234 567', 'USD', 'Group digits as in $123,456,789.00, or not at all'],
    ["1'23", 'CHF', 'Group digits as in CHF 123,456,789.00, or not at all'],
    ['10 50', 'INR', 'Group digits as in ₹12,34,56,789.00, or not at all'],
    ['1.234,567.89', 'EUR', 'Group digits as in €123,456,789.00, or not at all'],
    ['1,234.567,89', 'EUR', 'Group digits as in €123,456,789.00, or not at all'],
    ['1  000', 'EUR', 'Group digits as in €123,456,789.00, or not at all'],
    ['1,,000', 'EUR', 'Group digits as in €123,456,789.00, or not at all'],
    ['1..5', 'EUR', 'Group digits as in €123,456,789.00, or not at all'],
    [',000,500', 'EUR', 'Group digits as in €123,456,789.00, or not at all'],
    // Unfinished.
    ['5.', 'EUR', 'Digits are missing at the end'],
    ['6,', 'EUR', 'Digits are missing at the end'],
    ['1,234.', 'EUR', 'Digits are missing at the end'],
    ['.', 'EUR', 'Digits are missing at the end'],
    // Beyond the API.
    ['10000000000', 'INR', 1_000_000_000_000],
    ['10000000000.01', 'INR', 'The largest amount is ₹10,00,00,00,000.00'],
    ['99999999999999999999999', 'JPY', 'The largest amount is ¥1,000,000,000,000'],
  ])('says of %j in %s: %s', (text, currency, said) => {
    expect(minorOf(text, currency)).toBe(said);
  });

  const AMOUNTS = [1, 9, 10, 99, 100, 1001, 10_000, 123_456, 1_234_567, 12_345_678, 123_456_789, 10 ** 12];

  it('reads back all that the dashboard writes', () => {
    for (const currency of CURRENCIES) {
      for (const minor of AMOUNTS) {
        expect(minorOf(toDecimal(minor, currency), currency)).toBe(minor);
        expect(minorOf(formatAmount(minor, currency), currency)).toBe(minor);
      }
    }
  });

  it.each([
    'en-US',
    'en-IN',
    'de-DE',
    'de-CH',
    'fr-FR',
    'es-ES',
    'pl-PL',
    'sv-SE',
    'hi-IN',
    'ar-EG',
    'pt-BR',
  ])('reads what is written in %s, or refuses it: never another amount', (locale) => {
    for (const currency of ['INR', 'JPY', 'KWD', 'EUR', 'BHD']) {
      const digits = digitsOf(currency);
      const numbers = new Intl.NumberFormat(locale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
      for (const minor of AMOUNTS) {
        const text = numbers.format(toDecimal(minor, currency) as never);
        const read = readAmount(text, currency);
        if ('minor' in read) expect([text, read.minor]).toEqual([text, minor]);
        else expect([text, currency, read.reason]).toEqual([text, currency, expect.any(String)]);
        // Whatever has decimals is read wherever people write a point or a comma.
        if (digits === 2) expect([text, read]).toEqual([text, { minor }]);
      }
    }
  });

  it('knows the exponents that are not two', () => {
    expect([digitsOf('JPY'), digitsOf('KWD'), digitsOf('INR'), digitsOf('XXX')]).toEqual([0, 3, 2, 2]);
  });
});
