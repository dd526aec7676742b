import { describe, expect, it } from 'vitest';
import { PaymentGateway } from '../src/gateway.js';
import { checkoutOrigin, checkoutPageUrl, isInAppBrowser, plain } from '../src/options.js';
import type { PaymentGatewayOptions } from '../src/types.js';

const base = 'https://pay.example';
const good: PaymentGatewayOptions = { key: 'key_test_abc123', orderId: 'order_1', checkoutUrl: base };
const making = (change: Partial<PaymentGatewayOptions>) => () => new PaymentGateway({ ...good, ...change });

describe('the constructor', () => {
  it.each([
    ['no key', { key: '' }, 'key_invalid'],
    ['an API secret as key', { key: 'secret_test_xyz789' }, 'key_invalid'],
    ['a webhook secret as key', { key: 'whsec_test_abc123' }, 'key_invalid'],
    ['no order', { orderId: '' }, 'config_invalid'],
    ['inline without a container', { mode: 'inline' }, 'config_invalid'],
    ['a checkout that is not http', { checkoutUrl: 'javascript:alert(1)' }, 'config_invalid'],
    [
      'a modal on the origin of the checkout',
      { mode: 'modal', checkoutUrl: location.origin },
      'config_invalid',
    ],
  ] as [string, Partial<PaymentGatewayOptions>, string][])('refuses %s', (_, change, code) => {
    expect(making(change)).toThrow(expect.objectContaining({ name: 'PaymentGatewayError', code }));
  });

  it('starts idle and touches nothing in the page', () => {
    const before = document.documentElement.outerHTML;
    expect(new PaymentGateway(good).state).toBe('idle');
    expect(document.documentElement.outerHTML).toBe(before);
  });
});

describe('the page address', () => {
  it('of a frame carries origin, nonce and protocol, and no return address', () => {
    const query = new URL(checkoutPageUrl(base, good, 'n1')).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      order_id: 'order_1',
      key: 'key_test_abc123',
      o: location.origin,
      n: 'n1',
      v: '1',
    });
  });

  it('of a full page carries where to return, resolved against the shop', () => {
    const query = new URL(checkoutPageUrl(base, { ...good, callbackUrl: '/thanks?a=1' })).searchParams;
    expect(query.get('return_to')).toBe(new URL('/thanks?a=1', location.href).href);
    expect(query.has('n')).toBe(false);
  });

  it('encodes what a merchant passes', () => {
    const url = checkoutPageUrl(base, { ...good, orderId: 'a&key=b#c', methods: ['card', 'upi'] }, 'n');
    expect(new URL(url).searchParams.get('order_id')).toBe('a&key=b#c');
    expect(new URL(url).searchParams.get('methods')).toBe('card,upi');
  });

  it('keeps only the origin of checkoutUrl', () => {
    expect(checkoutOrigin('https://pay.example/checkout.js?x#y')).toBe(base);
  });
});

it('sends the frame no function and no element', () => {
  const data = plain({ ...good, onSuccess() {}, container: document.body, prefill: { name: 'A' } });
  expect(data).toEqual({ ...good, prefill: { name: 'A' } });
});

it.each([
  ['Instagram', 'Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile/15E148 Instagram 300.0', true],
  ['Facebook', 'Mozilla/5.0 (Linux; Android 14) [FB_IAB/FB4A;FBAV/450.0]', true],
  ['an Android web view', 'Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) Chrome/120 Mobile', true],
  ['UC', 'Mozilla/5.0 (Linux; U; Android 10) UCBrowser/13.4', true],
  ['Chrome on Android', 'Mozilla/5.0 (Linux; Android 14) Chrome/150 Mobile Safari/537.36', false],
  ['Safari on iOS', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1', false],
])('takes %s for an in-app browser: %s', (_, agent, expected) => {
  expect(isInAppBrowser(agent)).toBe(expected);
});
