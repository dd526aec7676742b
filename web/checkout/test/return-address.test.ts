import { expect, it } from 'vitest';
import { returnAddress } from '../src/return-address.js';

const signature = '0123456789abcdef'.repeat(4);
const payment = { id: 'pay_1aBcD2eFgH3iJkLm', order_id: 'order_8sHk2LmNq0PzRtVw', captured: true, signature };
const ours = `payment_id=${payment.id}&order_id=${payment.order_id}&status=success&signature=${signature}`;

it.each([
  ['https://shop.example/thanks', `https://shop.example/thanks?${ours}`],
  ['https://shop.example/thanks?', `https://shop.example/thanks?${ours}`],
  ['https://shop.example/#/thanks?a=1', `https://shop.example/?${ours}#/thanks?a=1`],
  ['https://shop.example/?a=1&#top', `https://shop.example/?a=1&&${ours}#top`],
  ...[
    'order_id=A17&status=new&signature=abc&payment_id=7',
    'a=b+c&d=%20&e=%E9&f=(~*!%27)&g&h=&=i&a=again',
    'list[]=1&list%5B%5D=2;x&q=%2B/?:@$,',
    `status=new&${ours}&more=1`,
    'payment_id=pay_1&order_id=order_1&status=success&signature=mine',
  ].map((own) => [`https://shop.example/t?${own}`, `https://shop.example/t?${own}&${ours}`]),
])('%s is kept as it is, with the result behind it', (given, expected) => {
  expect(returnAddress(given, payment)).toBe(expected);
});

it('puts a new result in the place of a former one', () => {
  for (const own of ['https://shop.example/t', 'https://shop.example/t?order_id=A17#top']) {
    const { signature: _, ...unsigned } = payment;
    const first = returnAddress(own, { ...unsigned, id: 'pay_0000000000000000', captured: false });
    expect(first).toContain('status=authorized');
    expect(first).not.toContain('signature');
    expect(returnAddress(first, payment)).toBe(returnAddress(own, payment));
  }
});
