import { describe, expect, it } from 'vitest';
import type { TimelineEntry, UnexpectedMoney } from '../src/api/types';
import { accountText } from '../src/lib/processors';
import { describe as say } from '../src/pages/payments/describe';
import { canPayBack, doText } from '../src/pages/unexpected/words';

const MONEY = {
  status: 'kept',
  taken_back_at: null,
  advice: 'Pay it back',
} as unknown as UnexpectedMoney;
const EXCHANGE = {
  kind: 'processor',
  title: 'refund',
  processor: 'razorpay',
  method: 'POST',
  path: '/v1/payments/pay_1/refund',
  response_code: 200,
  duration_ms: 41,
  error: null,
} as unknown as TimelineEntry;

describe('money that nobody expected', () => {
  it.each([
    ['kept', null, true],
    ['review', null, true],
    ['review', '2026-01-01T00:00:00.000Z', false],
    ['returning', null, false],
    ['returned', null, false],
  ])('in the state %s, taken back at %s, is paid back by a word: %s', (status, taken_back_at, can) => {
    expect(canPayBack({ ...MONEY, status, taken_back_at } as UnexpectedMoney)).toBe(can);
  });

  it('says what to do, also where that is nothing', () => {
    expect(doText(MONEY)).toBe('Pay it back');
    expect(doText({ ...MONEY, status: 'returned', advice: null })).toMatch(/^Nothing is to be done/);
    expect(doText({ ...MONEY, status: 'returning', advice: null })).toMatch(/by itself/);
  });
});

describe('an exchange with a processor', () => {
  it('tells a question from an order', () => {
    expect(say(EXCHANGE, 'INR').title).toBe('Asked Razorpay to refund');
    expect(say({ ...EXCHANGE, method: 'GET' }, 'INR').title).toBe('Asked Razorpay how the refund stands');
    expect(say({ ...EXCHANGE, method: 'GET', title: 'prepare' }, 'INR').title).toBe(
      'Asked Razorpay how the payment stands',
    );
  });

  it('says what was answered and how long it took', () => {
    expect(say(EXCHANGE, 'INR').more).toBe('POST /v1/payments/pay_1/refund: answered 200 in 41 ms');
  });
});

describe('an event about other money', () => {
  it('has its amount, and not why the payment had failed', () => {
    const data = {
      payment: { error_description: 'No answer in time' },
      unexpected: { amount: 50_000, currency: 'INR' },
    };
    const entry = { kind: 'event', title: 'payment.unexpected', deliveries: 0, payload: { data } };
    const { title, more } = say(entry as unknown as TimelineEntry, 'INR');
    expect(title).toBe('Money came that nobody expected');
    expect(more).toBe('₹500.00 · payment.unexpected · no endpoint listens');
  });
});

describe('an account', () => {
  it('goes by what the merchant calls it', () => {
    expect(accountText({ processor: 'stripe', account_label: 'Web shop' })).toBe('Web shop (Stripe)');
    expect(accountText({ processor: 'stripe', account_label: null })).toBe('Stripe');
  });
});
