import { afterEach, expect, it, vi } from 'vitest';
import { Store } from '../src/store.js';

/** Stands in for a browser's storage that fails in one of the ways that browsers' do. */
function storage(broken: Partial<Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>> = {}) {
  const items = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
    ...broken,
  });
  return items;
}

const fail = () => {
  throw new DOMException('', 'QuotaExceededError');
};

afterEach(() => vi.unstubAllGlobals());

it.each([
  ['full', { setItem: fail }],
  ['refused', { getItem: fail, setItem: fail, removeItem: fail }],
  ['forgetful', { setItem: () => {} }],
  ['away', undefined],
])('keeps one key for a submit and its repeats where the storage is %s', (_, broken) => {
  if (broken) storage(broken);
  else vi.stubGlobal('sessionStorage', undefined);
  const store = new Store('order_1');
  const key = store.idempotencyKey();
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(store.idempotencyKey()).toBe(key);
  store.set('payment', 'pay_1');
  expect(store.get('payment')).toBe('pay_1');
  store.set('key', null);
  expect(store.idempotencyKey()).not.toBe(key);
});

it('keeps it when the storage is emptied in between', () => {
  const items = storage();
  const store = new Store('order_1');
  const key = store.idempotencyKey();
  items.clear();
  expect(store.idempotencyKey()).toBe(key);
});

it('brings it over a reload, of this order alone', () => {
  storage();
  const key = new Store('order_1').idempotencyKey();
  expect(new Store('order_1').idempotencyKey()).toBe(key);
  expect(new Store('order_2').idempotencyKey()).not.toBe(key);
});

it('leaves nothing of the submit before in a storage that has become full', () => {
  const items = storage();
  new Store('order_1').idempotencyKey();
  storage({ setItem: fail, removeItem: (name) => void items.delete(name) });
  const store = new Store('order_1');
  store.set('key', null);
  store.idempotencyKey();
  expect(items.size).toBe(0);
});
