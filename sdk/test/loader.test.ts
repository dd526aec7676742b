import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadPaymentGateway } from '../src/loader.js';

let added: HTMLScriptElement[] = [];

/** Stands for the network: the script is made, but nothing fetches it. */
beforeEach(() => {
  added = [];
  vi.spyOn(document.head, 'append').mockImplementation((...nodes) => {
    added.push(...(nodes as HTMLScriptElement[]));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('gives null on a server', async () => {
  vi.stubGlobal('document', undefined);
  expect(await loadPaymentGateway({ url: 'https://pay.example/checkout.js' })).toBeNull();
});

function finishLoading(event: 'load' | 'error'): HTMLScriptElement {
  const script = added.at(-1) as HTMLScriptElement;
  script.dispatchEvent(new Event(event));
  return script;
}

it('adds one script for many callers, with nonce and integrity', async () => {
  const url = 'https://pay.example/v1/a.js';
  const first = loadPaymentGateway({ url, integrity: 'sha384-x', nonce: 'n' });
  expect(loadPaymentGateway({ url })).toBe(first);
  expect(added).toHaveLength(1);
  vi.stubGlobal('PaymentGateway', class {});
  const script = finishLoading('load');
  expect(script).toMatchObject({ src: url, integrity: 'sha384-x', nonce: 'n', crossOrigin: 'anonymous' });
  expect(await first).toBe((window as unknown as { PaymentGateway: unknown }).PaymentGateway);
});

it('rejects when the script does not load, and tries again on the next call', async () => {
  const url = 'https://pay.example/v1/b.js';
  const first = loadPaymentGateway({ url });
  finishLoading('error');
  await expect(first).rejects.toThrow('did not load');
  const second = loadPaymentGateway({ url });
  expect(second).not.toBe(first);
  finishLoading('error');
  await expect(second).rejects.toThrow('did not load');
});
