import { beforeEach, expect, it, vi } from 'vitest';
import { Checkout } from '../src/checkout.js';
import type { Boot, Payment, Session } from '../src/types.js';
import { watch } from '../src/watch.js';

vi.mock('../src/watch.js', async (original) => ({ ...(await original()), watch: vi.fn() }));

const session = {
  order: { id: 'order_1', amount: 50_000, currency: 'INR', status: 'created', expires_at: null },
  payment: null,
  methods: ['card', 'upi'],
  attempts: 0,
  attempts_left: 10,
  server_time: '2026-06-15T00:00:00Z',
} as unknown as Session;

const waiting = { id: 'pay_1', status: 'requires_action', next_action: { type: 'challenge' } } as Payment;
const next = { id: 'pay_2', status: 'pending' } as Payment;

beforeEach(() => void vi.clearAllMocks());

/** A challenge that is given up, whose watch hears of it before the request is answered; then another payment. */
async function overtaken() {
  const checkout = new Checkout({ apiUrl: '', messages: {} } as unknown as Boot, session);
  vi.spyOn(checkout.parent, 'send').mockReturnValue();
  vi.spyOn(checkout.api, 'pay').mockResolvedValueOnce(waiting).mockResolvedValueOnce(next);
  const stops = [vi.fn(), vi.fn()];
  vi.mocked(watch)
    .mockReturnValueOnce(stops[0] as () => void)
    .mockReturnValueOnce(stops[1] as () => void);
  await checkout.pay({ method: 'card' } as never);
  const hear = vi.mocked(watch).mock.calls[0]?.[3] as (payment: Payment) => void;
  const answer = {} as { resolve(payment: Payment): void; reject(error: Error): void };
  vi.spyOn(checkout.api, 'cancel').mockReturnValue(
    new Promise((resolve, reject) => Object.assign(answer, { resolve, reject })),
  );
  const cancelling = checkout.cancel();
  hear({ ...waiting, status: 'cancelled' });
  expect(checkout.state.view).toBe('form');
  await checkout.pay({ method: 'upi', vpa: 'a@b' });
  return { checkout, answer, cancelling, stopped: stops[1] };
}

it.each(['answer', 'failure'])('leaves the next payment alone when its %s comes late', async (late) => {
  const { checkout, answer, cancelling, stopped } = await overtaken();
  if (late === 'answer') answer.resolve({ ...waiting, status: 'cancelled' });
  else answer.reject(new Error('lost'));
  await cancelling;
  expect(checkout.state).toMatchObject({ view: 'processing', payment: next });
  expect(checkout.state.notice).toBeUndefined();
  expect(stopped).not.toHaveBeenCalled();
});
