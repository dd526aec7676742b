import { describe, expect, it } from 'vitest';
import type { Account, Rule } from '../src/pages/settings/processors/queries';
import {
  accountName,
  fieldLabel,
  inWords,
  movedTo,
  ruleText,
  stateOf,
} from '../src/pages/settings/processors/words';

const RULE: Rule = {
  id: 'rule_1',
  account_id: 'acct_1',
  method: null,
  network: null,
  currency: null,
  amount_from: null,
  amount_to: null,
  share: 100,
  created_at: '',
};
const ACCOUNT = { processor: 'stripe', label: null, public_key: 'pk_test_1', status: 'enabled', stops: [] };
const OFFERED = [
  {
    name: 'stripe',
    title: 'Stripe',
    public_field: 'publishable_key',
    secret_fields: ['secret_key'],
    has_webhook_secret: true,
    collect: false,
    methods: ['card' as const],
    instruments: {},
  },
];

describe('a rule in words', () => {
  it.each([
    [{}, 'Everything'],
    [{ method: 'card', network: 'visa' }, 'Cards by visa'],
    [{ method: 'upi', currency: 'INR', amount_to: 5_000_000 }, 'UPI in INR, up to ₹50,000.00'],
    [{ currency: 'USD', amount_from: 100 }, 'Everything in USD, from $1.00'],
    [{ currency: 'JPY', amount_from: 100, amount_to: 500 }, 'Everything in JPY, from ¥100 to ¥500'],
    [{ amount_from: 100 }, 'Everything, from 100 minor units'],
  ] as [Partial<Rule>, string][])('%j is %s', (change, text) => {
    expect(ruleText({ ...RULE, ...change })).toBe(text);
  });
});

describe('the order of rules', () => {
  it.each([
    [0, 1, ['b', 'a', 'c']],
    [2, 1, ['a', 'c', 'b']],
    [0, 2, ['b', 'c', 'a']],
    [2, 0, ['c', 'a', 'b']],
    [1, 1, ['a', 'b', 'c']],
  ])('puts what is at %i to %i', (from, to, list) => {
    expect(movedTo(['a', 'b', 'c'], from, to)).toEqual(list);
  });
});

describe('an account', () => {
  it('is called by its label, else by its key', () => {
    expect(accountName(ACCOUNT as unknown as Account, OFFERED)).toBe('Stripe pk_test_1');
    expect(accountName({ ...ACCOUNT, label: 'Shop' } as unknown as Account, OFFERED)).toBe('Shop (Stripe)');
  });
  it('is paused where new payments are stopped, and not where refunds are', () => {
    const stopped = (covers: string) => ({ ...ACCOUNT, stops: [{ covers }] }) as unknown as Account;
    expect(stateOf(stopped('payments'))).toBe('paused');
    expect(stateOf(stopped('refunds'))).toBe('enabled');
  });
  it('has fields that people can read', () => {
    expect(fieldLabel('publishable_key')).toBe('Publishable key');
  });
});

describe('what the API says of a field', () => {
  it.each([
    ['current_password is required', 'Current password is required'],
    ['credentials.secret_key is required', 'Secret key is required'],
    [
      'secret_key is of live mode, and this account is for test mode',
      'Secret key is of live mode, and this account is for test mode',
    ],
    ['401: the processor refuses secret_key', '401: the processor refuses secret_key'],
    ['amount is too small', 'amount is too small'],
  ])('%s: %s', (said, read) => {
    expect(inWords(said)).toBe(read);
  });
});
