import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { brandOf } from '../src/card/brands.js';
import { digitsOf, visible } from '../src/card/digits.js';
import { caretAfter, formatExpiry, formatNumber, readExpiry } from '../src/card/format.js';
import { checkCard, passesLuhn } from '../src/card/validate.js';
import { languageFor, readAcceptLanguage } from '../src/locales/index.js';
import { formatMoney } from '../src/money.js';
import { luminance, textOn } from '../src/theme.js';

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
    ['6011000990139424123', '6011 0009 9013 9424 123'],
    ['6500000000000000003', '6500 0000 0000 0000 003'],
    ['55555555555544441', '5555 5555 5555 4444 1'],
    ['3782822463100051', '3782 822463 10005 1'],
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

/** What is in the field after these keys, each at the end. */
const typed = (keys: string) => [...keys].reduce((text, key) => formatExpiry(text + key), '');

it.each([
  ['1', '1'],
  ['5', '05 / '],
  ['12', '12 / '],
  ['1228', '12 / 28'],
  ['1/2', '01 / 2'],
  ['1 28', '01 / 28'],
  ['12/2028', '12 / 28'],
  ['2028-12', '12 / 28'],
  ['１２／３０', '12 / 30'],
  ['১২/৩০', '12 / 30'],
  ['\u200e12/30\ufeff', '12 / 30'],
])('an expiry given as %s becomes %s', (given, shown) => expect(formatExpiry(given)).toBe(shown));

it.each(['12/30', '1230', '12/2030', '12-30', '12.2030', '122030', '12 30'])(
  'typed as %s it is read',
  (keys) => {
    expect(readExpiry(typed(keys))).toEqual({ month: 12, year: 2030 });
    expect(readExpiry(keys)).toEqual({ month: 12, year: 2030 });
  },
);

it.each([
  '13/30',
  '1330',
  '30/12',
  '3012',
  '203012',
  '00/30',
  '0/30',
  '12/3',
  '12/305',
  '12/203',
  '12/20305',
  '31/12/2030',
  '12/30/28',
  '352812',
  '35/2',
  '½/30',
  '-1/30',
  '+1/30',
  '1e1/30',
])('%s is no date, typed or filled in', (given) => {
  expect(readExpiry(given)).toBeUndefined();
  expect(readExpiry(typed(given))).toBeUndefined();
  expect(checkCard({ ...card, expiry: given }, now)).toEqual({ expiry: 'expiry_invalid' });
});

it.each(['12/1930', '12/1999', '12/19', '01/26'])('%s has passed', (given) => {
  for (const expiry of [given, typed(given)]) {
    expect(checkCard({ ...card, expiry }, now)).toEqual({ expiry: 'expiry_past' });
  }
});

it('an expiry is never read as a date that was not typed', () => {
  let state = 11;
  const random = (most: number) => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return (state >>> 8) % most;
  };
  let read = 0;
  for (let i = 0; i < 50_000; i++) {
    const keys = Array.from({ length: 3 + random(6) }, () => '00112233456789/- '[random(16)]).join('');
    for (const [given, text] of [
      ['typed', typed(keys)],
      ['filled in', keys],
    ] as const) {
      const date = readExpiry(text);
      if (!date) continue;
      read++;
      const [month, year] = [String(date.month), String(date.year)];
      const months = [month, month.padStart(2, '0')];
      const years = year.startsWith('20') ? [year, year.slice(2)] : [year];
      const spellings = months.flatMap((one) => [...years.map((other) => one + other), year + one]);
      expect(spellings, `${given}: ${keys}`).toContain(keys.replace(/\D/g, ''));
    }
  }
  expect(read).toBeGreaterThan(1000);
});

it('every decimal digit that there is counts as what it stands for', () => {
  let scripts = 0;
  for (const system of Intl.supportedValuesOf('numberingSystem')) {
    const format = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false });
    const digits = Array.from({ length: 10 }, (_, digit) => format.format(digit));
    if (!digits.every((digit) => /^\p{Nd}$/u.test(digit))) continue;
    scripts++;
    expect(digitsOf(digits.join('')), system).toBe('0123456789');
    expect(visible(digits.join('')), system).toBe('0123456789');
  }
  expect(scripts).toBeGreaterThan(50);
  for (let point = 0; point < 0x110000; point++) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const sign = String.fromCodePoint(point);
    if (/\p{Nd}/u.test(sign)) expect(digitsOf(sign)).toMatch(/^\d$/);
  }
});

it('an expiry can be deleted back over its separator, and forward', () => {
  expect(formatExpiry('12 /', true)).toBe('12');
  expect(formatExpiry('1 / 30', true)).toBe('1 / 30');
  expect(formatExpiry('12  30', true)).toBe('12  30');
  expect(readExpiry('12 / 30')).toEqual({ month: 12, year: 2030 });
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
  [{ number: '6011000990139424' }, {}],
  [{ number: '6500000000000000003' }, {}],
  [{ number: '6500 0000 0000 0000 004' }, { number: 'number_invalid' }],
  [{ number: '55555555555544441' }, { number: 'number_invalid' }],
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
  expect(languageFor([]).locale).toBe('en');
  expect(languageFor(['toString', 'constructor-IN', 'hi']).locale).toBe('hi');
});

it.each([['ar'], ['ar-EG', 'en'], ['ur', 'hi'], ['he'], ['fa', 'constructor']])(
  'lays the page out as the language that %s gets is written',
  (...wishes) => {
    const { locale, dir, messages } = languageFor(wishes);
    expect(['en', 'hi']).toContain(locale);
    expect(dir).toBe('ltr');
    expect(messages.close).toBe(locale === 'hi' ? 'बंद करें' : 'Close');
  },
);

it('reads the weights of the browser’s languages', () => {
  expect(readAcceptLanguage('ar-EG,ar;q=0.9,en;q=0.8')).toEqual(['ar-EG', 'ar', 'en']);
});
