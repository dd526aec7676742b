import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { brandOf } from '../src/card/brands.js';
import { caretAfter, digitsOf, formatExpiry, formatNumber, readExpiry } from '../src/card/format.js';
import { checkCard, passesLuhn } from '../src/card/validate.js';
import { languageFor, readAcceptLanguage } from '../src/locales/index.js';
import { decimal, formatMoney } from '../src/money.js';
import { luminance, textOn } from '../src/theme.js';
import { upiLink } from '../src/upi.js';

const now = new Date('2026-06-15T00:00:00Z');
const card = { number: '4242424242424242', expiry: '12 / 30', cvc: '123', name: 'Asha Rao' };

it.each([
  ['4242424242424242', 'visa'],
  ['5555555555554444', 'mastercard'],
  ['2221000000000009', 'mastercard'],
  ['2720990000000000', 'mastercard'],
  ['2721000000000000', 'unknown'],
  ['378282246310005', 'amex'],
  ['6527658900001005', 'rupay'],
  ['8100000000000000', 'rupay'],
  ['5081000000000000', 'rupay'],
  ['9999', 'unknown'],
])('takes %s for %s, as the API does', (number, brand) => expect(brandOf(number).id).toBe(brand));

describe('a card number', () => {
  it.each([
    ['4111-1111 1111.1111', '4111 1111 1111 1111'],
    ['378282246310005', '3782 822463 10005'],
    ['42424242424242424242999', '4242 4242 4242 4242 424'],
    ['४२४२', '4242'],
    ['٤٢٤٢٤', '4242 4'],
    ['', ''],
  ])('%s is shown as %s', (typed, shown) => expect(formatNumber(typed)).toBe(shown));

  it('keeps the caret behind the digit it was behind', () => {
    expect(caretAfter('4242 4242', 5)).toBe(6);
    expect(caretAfter('4242 4242', 4)).toBe(4);
    expect(caretAfter('4242', 0)).toBe(0);
  });

  it('with one wrong digit never passes the check digit', () => {
    const good = digitsOf(card.number);
    for (let at = 0; at < good.length; at++) {
      for (let digit = 0; digit < 10; digit++) {
        if (String(digit) === good[at]) continue;
        expect(passesLuhn(good.slice(0, at) + digit + good.slice(at + 1))).toBe(false);
      }
    }
  });
});

it.each([
  ['1', '1'],
  ['5', '05 / '],
  ['12', '12 / '],
  ['1228', '12 / 28'],
  ['1/2', '01 / 2'],
  ['12/2028', '12 / 28'],
  ['13', '01 / 3'],
  ['2028-12', '12 / 28'],
])('an expiry typed as %s becomes %s', (typed, shown) => expect(formatExpiry(typed)).toBe(shown));

it('an expiry can be deleted back over its separator', () => {
  expect(formatExpiry('12 / ', true)).toBe('12');
  expect(readExpiry('12 / 30')).toEqual({ month: 12, year: 2030 });
  expect(readExpiry('00 / 30')).toBeUndefined();
});

it.each([
  [{}, {}],
  [{ number: '4242 4242 4242 4241' }, { number: 'number_invalid' }],
  [{ number: '4242 4242' }, { number: 'number_incomplete' }],
  [{ expiry: '06 / 26' }, {}],
  [{ expiry: '05 / 26' }, { expiry: 'expiry_past' }],
  [{ cvc: '1234' }, { cvc: 'cvc_invalid' }],
  [{ number: '378282246310005', cvc: '1234' }, {}],
  [{ name: ' ' }, { name: 'name_required' }],
])('the form with %j has the errors %j', (change, errors) => {
  expect(checkCard({ ...card, ...change }, now)).toEqual(errors);
});

describe('money', () => {
  it.each([
    [49900, 'INR', '₹499.00'],
    [500, 'JPY', '¥500'],
    [12345678, 'INR', '₹1,23,456.78'],
  ])('%i %s reads %s', (amount, currency, text) => expect(formatMoney(amount, currency, 'en')).toBe(text));

  it('has the digits of ISO 4217 in every currency that the API takes', () => {
    const source = readFileSync(
      new URL('../../../layers/gateway/python/gateway/money.py', import.meta.url),
      'utf8',
    );
    const tables = { ZERO: '1,234,567', TWO: '12,345.67', THREE: '1,234.567' };
    for (const [name, figure] of Object.entries(tables)) {
      const codes = new RegExp(`_${name}_DIGITS: Final = \\(?((?:\\s*"[^"]*")+)`).exec(source)?.[1];
      const currencies = codes?.match(/[A-Z]{3}/g) ?? [];
      expect(currencies.length).toBeGreaterThan(6);
      for (const currency of currencies) {
        const text = formatMoney(1_234_567, currency, 'en-US');
        expect(`${currency} ${/\d[\d.,]*/.exec(text)}`).toBe(`${currency} ${figure}`);
      }
    }
  });

  it('becomes a decimal without a float', () => {
    expect(decimal(49900)).toBe('499.00');
    expect(decimal(5)).toBe('0.05');
    expect(decimal(Number.MAX_SAFE_INTEGER)).toBe('90071992547409.91');
  });
});

describe('a UPI link', () => {
  it('gives back what it was made of, for any amount and name', () => {
    for (const name of ['Chai & Co.', 'चाय वाला', 'A+B=C?', 'x'.repeat(120)]) {
      for (const amount of [100, 101, 49_999, 100_000_000_000]) {
        const link = upiLink({
          vpa: 'shop@bank',
          name,
          merchantCategory: '5999',
          paymentId: 'pay_H8sK3jD9s2L1pQr4',
          amount,
          note: 'order_NXhj67',
        });
        expect(link).not.toContain('+');
        const query = new URL(link).searchParams;
        expect(query.get('pn')).toBe([...name].slice(0, 99).join(''));
        expect(query.get('am')).toBe(decimal(amount));
        expect(query.get('tr')).toBe('payH8sK3jD9s2L1pQr4');
        expect(query.get('tn')).toBe('order NXhj67');
      }
    }
  });
});

it('every brand colour has text of at least 4.5 : 1', () => {
  for (let red = 0; red < 256; red += 15) {
    for (let green = 0; green < 256; green += 15) {
      for (let blue = 0; blue < 256; blue += 15) {
        const color = `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
        const [light, dark] = [luminance(color), luminance(textOn(color))].sort((a, b) => b - a) as [
          number,
          number,
        ];
        expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4.5);
      }
    }
  }
});

it('chooses the language by the shop, then by the browser', () => {
  expect(readAcceptLanguage('en;q=0.5, hi-IN, fr;q=0')).toEqual(['hi-IN', 'en']);
  expect(languageFor(['fr', 'hi-IN', 'en']).locale).toBe('hi');
  expect(languageFor(['ar']).dir).toBe('rtl');
  expect(languageFor([]).locale).toBe('en');
});
