import { describe, expect, it } from 'vitest';
import { digitsOf, formatAmount, parseAmount, toDecimal } from '../src/lib/money';

describe('formatAmount', () => {
  it.each([
    [50_000, 'INR', '₹500.00'],
    [10_000_000, 'INR', '₹1,00,000.00'],
    [500, 'JPY', '¥500'],
    [1000, 'KWD', 'KWD 1.000'],
    [5, 'USD', '$0.05'],
    [-10_000, 'INR', '-₹100.00'],
    [0, 'INR', '₹0.00'],
  ])('shows %i %s as %s', (minor, currency, text) => {
    expect(formatAmount(minor, currency)).toBe(text);
  });

  it('is exact where a float is not', () => {
    expect(formatAmount(9_007_199_254_740_991, 'USD')).toBe('$90,071,992,547,409.91');
  });
});

describe('parseAmount', () => {
  it.each([
    ['500', 'INR', 50_000],
    ['1,234.5', 'INR', 123_450],
    ['500', 'JPY', 500],
    ['1.005', 'KWD', 1005],
  ])('reads %s %s as %i', (text, currency, minor) => {
    expect(parseAmount(text, currency)).toBe(minor);
  });

  it.each([
    ['1.005', 'INR'],
    ['1.5', 'JPY'],
    ['', 'INR'],
    ['-5', 'INR'],
    ['1e3', 'INR'],
    ['99999999999999999', 'INR'],
  ])('refuses %s %s', (text, currency) => {
    expect(parseAmount(text, currency)).toBeNull();
  });

  it('is the inverse of toDecimal', () => {
    for (const currency of ['INR', 'JPY', 'KWD', 'CLF']) {
      for (const minor of [1, 9, 10, 99, 100, 1001, 123_456_789]) {
        expect(parseAmount(toDecimal(minor, currency), currency)).toBe(minor);
      }
    }
  });

  it('knows the exponents that are not two', () => {
    expect([digitsOf('JPY'), digitsOf('KWD'), digitsOf('INR'), digitsOf('XXX')]).toEqual([0, 3, 2, 2]);
  });
});
