import { expect, it } from 'vitest';
import { ownAddress, returnUrl } from '../src/fields/return-url.js';

const PAGE = 'https://pay.example/checkout?order_id=order_1&key=key_1';

it('an address keeps what is ours and nothing that came back', () => {
  const back =
    `${PAGE}&return_to=https%3A%2F%2Fshop.example%2F&returned=1&payment_intent=pi_1` +
    '&payment_intent_client_secret=pi_1_secret_2&redirect_status=succeeded&status=success#razorpay_payment_id=pay_1';
  expect(ownAddress(back)).toBe(`${PAGE}&return_to=https%3A%2F%2Fshop.example%2F`);
});

it('a frame is come back to as a whole page that leads to the shop', () => {
  const framed = `${PAGE}&o=https%3A%2F%2Fshop.example&n=12345678&v=1&locale=hi`;
  const url = new URL(returnUrl(framed, 'https://shop.example/thanks'));
  expect([...url.searchParams.keys()]).toEqual(['order_id', 'key', 'locale', 'return_to', 'returned']);
  expect(url.searchParams.get('return_to')).toBe('https://shop.example/thanks');
  expect(new URL(returnUrl(framed, undefined)).searchParams.has('return_to')).toBe(false);
});

it('a whole page keeps its own way back, whatever the shop would have been', () => {
  const page = `${PAGE}&return_to=https%3A%2F%2Fshop.example%2Fa`;
  const url = new URL(returnUrl(page, 'https://evil.example/'));
  expect(url.searchParams.getAll('return_to')).toEqual(['https://shop.example/a']);
});
