import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { THEIR_FORMS } from '../src/fields/open.js';
import { policyOf } from '../src/server/form-policy.js';
import { pageHeaders } from '../src/server/respond.js';

const form = (processor: string, script_url: string) => ({ payment_id: 'pay_1', processor, script_url });
const SCRIPTS: Record<string, string> = {
  stripe: 'https://js.stripe.com/v3/',
  cashfree: 'https://sdk.cashfree.com/js/v3/cashfree.js',
  razorpay: 'https://checkout.razorpay.com/v1/checkout.js',
};
const connector = (name: string) =>
  readFileSync(
    new URL(`../../../layers/gateway/python/gateway/processors/${name}/connector.py`, import.meta.url),
    'utf8',
  );

it.each(Object.keys(THEIR_FORMS))(
  'the page that shows a form of %s may load its script and nothing else',
  (name) => {
    const script = SCRIPTS[name] ?? '';
    const policy = policyOf(form(name, script));
    expect(policy?.script).toContain(new URL(script).origin);
    expect(connector(name)).toContain(new URL(script).hostname.split('.').slice(-2, -1)[0]);
    const headers = pageHeaders('https://api.example', `'none'`, policy);
    const hosts = [...(headers['Content-Security-Policy'] ?? '').matchAll(/https:\/\/[^ ;]+/g)].map(
      ([host]) => host,
    );
    for (const host of hosts) expect(host).toMatch(new RegExp(`\\.${name}\\.com$|^https://api\\.example$`));
    expect(headers['Cross-Origin-Embedder-Policy']).toBeUndefined();
  },
);

it.each(Object.keys(THEIR_FORMS))('a stand-in for %s has its own origin in place of every one', (name) => {
  const policy = policyOf(form(name, 'http://127.0.0.1:9/js'));
  for (const list of [policy?.script, policy?.frame, policy?.connect, policy?.image, policy?.form]) {
    expect(list).toEqual(['http://127.0.0.1:9']);
  }
});

it('a look-alike is no vendor, and what is unknown or no web address has no policy', () => {
  expect(policyOf(form('stripe', 'https://js.stripe.com.evil.example/v3'))?.frame).toEqual([
    'https://js.stripe.com.evil.example',
  ]);
  expect(policyOf(form('paypal', 'https://js.stripe.com/v3/'))).toBeUndefined();
  expect(policyOf(form('stripe', 'data:text/javascript,1'))).toBeUndefined();
});

it('without a form the page is isolated and names nobody', () => {
  const headers = pageHeaders('https://api.example', `'none'`);
  expect(headers['Cross-Origin-Embedder-Policy']).toBe('require-corp');
  expect(headers['Content-Security-Policy']).not.toMatch(/frame-src|stripe|razorpay|unsafe/);
});

it.each(['cashfree', 'razorpay'])(
  'a link in the frame of %s may open a UPI app, and load nothing more',
  (name) => {
    const headers = pageHeaders('https://api.example', `'none'`, policyOf(form(name, SCRIPTS[name] ?? '')));
    const policy = headers['Content-Security-Policy'] ?? '';
    const frames = policy.match(/frame-src ([^;]*)/)?.[1]?.split(' ') ?? [];
    expect(frames).toEqual(expect.arrayContaining(['upi:', 'phonepe:', 'gpay:', 'paytmmp:', 'intent:']));
    for (const one of frames) expect(one).toMatch(/^https:\/\/[a-z.-]+$|^[a-z]+:$/);
    expect(frames.some((one) => /^(https?|data|blob|filesystem|javascript|about|file):$/.test(one))).toBe(
      false,
    );
    expect(headers['Permissions-Policy']).not.toContain('upi');
  },
);
