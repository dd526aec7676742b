import { describe, expect, it } from 'vitest';
import type { Payment } from '../src/api/types';
import { percent } from '../src/pages/home/percent';
import { actionsOf, refundable } from '../src/pages/payments/actions';
import { askedOf, meaningOf } from '../src/pages/payments/bankWords';
import { browserName } from '../src/pages/settings/browserName';
import { detailText } from '../src/pages/settings/detailText';
import { findPages, pathOf } from '../src/shell/find';
import { parseEvent } from '../src/shell/parseEvent';

const payment = (fields: Partial<Payment>): Payment =>
  ({
    status: 'success',
    captured: true,
    amount: 50_000,
    amount_captured: 50_000,
    amount_refunded: 0,
    ...fields,
  }) as Payment;
const kinds = (fields: Partial<Payment>) => actionsOf(payment(fields)).map((action) => action.kind);

describe('what can be done with a payment', () => {
  it('is a refund of what was captured', () => {
    expect(kinds({})).toEqual(['refund']);
    expect(kinds({ amount_refunded: 50_000 })).toEqual([]);
    expect(refundable(payment({ amount_refunded: 20_000 }))).toBe(30_000);
  });
  it('is capture or cancel while it is only authorised', () => {
    expect(kinds({ captured: false, amount_captured: 0 })).toEqual(['capture', 'cancel']);
  });
  it('is nothing once it has failed or is being decided', () => {
    expect(kinds({ status: 'failed', captured: false, amount_captured: 0 })).toEqual([]);
    expect(kinds({ status: 'pending', captured: false, amount_captured: 0 })).toEqual([]);
  });
});

describe('what was asked of the bank', () => {
  const labels = (fields: Partial<Payment>) => askedOf(payment(fields)).map((one) => one.label);
  const held = { captured: false, amount_captured: 0 };
  it.each<[Partial<Payment>, string[]]>([
    [{ capture_status: 'succeeded' }, []],
    [held, []],
    [{ capture_status: 'pending' }, ['capture pending']],
    [{ ...held, capture_status: 'failed' }, ['capture refused']],
    [{ ...held, status: 'cancelled', void_status: 'pending' }, ['release pending']],
    [{ ...held, status: 'cancelled', void_status: 'succeeded', capture_status: 'failed' }, []],
    [{ ...held, void_status: 'failed' }, ['release refused']],
    [{ capture_status: 'succeeded', void_status: 'failed' }, []],
  ])('is said of %o', (fields, shown) => {
    expect(labels(fields)).toEqual(shown);
    expect(meaningOf(payment(fields)) === null).toBe(shown.length === 0);
  });
  it('is not offered again while it is under way', () => {
    expect(kinds({ capture_status: 'pending' })).toEqual(['refund']);
    expect(kinds({ ...held, status: 'cancelled', void_status: 'pending' })).toEqual([]);
    expect(kinds({ ...held, capture_status: 'failed' })).toEqual(['capture', 'cancel']);
  });
});

describe('percent', () => {
  it.each([
    [1, '100%'],
    [0.9999, '99.9%'],
    [0.974, '97.4%'],
    [0, '0%'],
  ])('shows %f as %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });
});

describe('the audit log', () => {
  it('shows details without braces or browsers', () => {
    expect(detailText({ overlap_seconds: 0, scopes: ['read', 'write'], user_agent: 'x' })).toBe(
      'overlap seconds: 0 · scopes: read, write',
    );
  });
  it.each([
    [
      {
        rules: [
          { account_id: 'acct_1', method: 'upi', network: null, share: 100 },
          { account_id: 'acct_2', method: null },
        ],
      },
      'rules: 1. account id acct_1, method upi, share 100; 2. account id acct_2',
    ],
    [{ rules: [] }, 'rules: none'],
    [{ display_name: null, cap: { in_all: 500 } }, 'display name: none · cap: in all 500'],
  ])('tells what is inside of %o', (details, text) => {
    expect(detailText(details)).toBe(text);
  });
  it.each([
    [{ amount: 1_250, reason: 'one item', currency: 'INR' }, '₹12.50 · reason: one item'],
    [{ amount: 500, currency: 'JPY' }, '¥500'],
    [{ amount: 1_000, currency: 'KWD' }, 'KWD 1.000'],
    [{ amount: 1_250 }, 'amount: 1250 in minor units'],
  ])('shows the money of %o', (details, text) => {
    expect(detailText(details)).toBe(text);
  });
});

describe('the name of a browser', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36', 'Chrome on Linux'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18 Safari/605', 'Safari on Mac'],
    ['curl/8.0', 'curl/8.0'],
    ['', 'unknown'],
  ])('%s is %s', (agent, name) => {
    expect(browserName(agent)).toBe(name);
  });
});

describe('live changes', () => {
  it('are read from an event, and nothing else is', () => {
    expect(parseEvent('data: {"cursor":"1~","nouns":["payments"]}')).toEqual({
      cursor: '1~',
      nouns: ['payments'],
    });
    expect(parseEvent(': keep-alive')).toBeNull();
    expect(parseEvent('data: {"nouns":1}')).toBeNull();
  });
});

describe('the command palette', () => {
  it('finds pages by other words, and only those that the role may see', () => {
    expect(findPages('transactions', []).map((page) => page.label)).toEqual(['Payments']);
    expect(findPages('rotate', [])).toEqual([]);
    expect(findPages('rotate', ['keys:read']).map((page) => page.label)).toEqual(['API keys']);
  });
  it('leads to where a record is shown', () => {
    expect(pathOf('payment', 'pay_1', null)).toBe('/dashboard/transactions/pay_1');
    expect(pathOf('refund', 'rfnd_1', 'pay_1')).toBe('/dashboard/transactions/pay_1');
  });
});
