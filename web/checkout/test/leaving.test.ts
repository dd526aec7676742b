import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Checkout } from '../src/checkout.js';
import type { Boot, Session } from '../src/types.js';

const session = {
  order: { id: 'order_1', amount: 50_000, currency: 'INR', status: 'created', expires_at: null },
  payment: null,
  methods: ['upi'],
  attempts: 0,
  attempts_left: 10,
  server_time: '2026-06-15T00:00:00Z',
} as unknown as Session;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A checkout with a submit that the API never answers, and what it tells the shop. */
async function submitted() {
  const checkout = new Checkout({ apiUrl: '', messages: {} } as unknown as Boot, session);
  vi.spyOn(checkout.api, 'pay').mockReturnValue(new Promise(() => {}));
  const send = vi.spyOn(checkout.parent, 'send').mockReturnValue();
  void checkout.pay({ method: 'upi', vpa: 'a@b' });
  await vi.advanceTimersByTimeAsync(0);
  return { checkout, closed: () => send.mock.calls.filter(([t]) => t === 'close') };
}

it('gives the second leaving its full time, whatever is left of the first', async () => {
  const { checkout, closed } = await submitted();
  checkout.close('escape', true);
  vi.advanceTimersByTime(4_000);
  checkout.stay();
  checkout.close('escape', true);
  vi.advanceTimersByTime(4_999);
  expect(closed()).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(closed()).toEqual([['close', { reason: 'escape' }]]);
});

it('does not leave after a shopper who stays', async () => {
  const { checkout, closed } = await submitted();
  checkout.close('escape', true);
  checkout.stay();
  vi.advanceTimersByTime(60_000);
  expect(closed()).toEqual([]);
  expect(checkout.state.confirming).toBeUndefined();
});
