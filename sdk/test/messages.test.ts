import { describe, expect, it, vi } from 'vitest';
import { Emitter } from '../src/emitter.js';
import { paymentError } from '../src/errors.js';
import { MAX_MESSAGE, readHello, readMessage } from '../src/messages.js';

describe('the first message', () => {
  it('is read when it carries the nonce of this opening', () => {
    expect(readHello({ pgw: 'hello', v: 1, n: 'a' }, 'a')).toMatchObject({ v: 1 });
    expect(readHello({ pgw: 'hello-error', v: 1, n: 'a', code: 'order_paid' }, 'a')?.code).toBe('order_paid');
  });

  it.each([
    null,
    undefined,
    'hello',
    7,
    [],
    {},
    { pgw: 'hello', n: 'b' },
    { pgw: 'init', n: 'a' },
    { n: 'a' },
  ])('ignores %j', (data) => expect(readHello(data, 'a')).toBeUndefined());
});

describe('a port message', () => {
  it('gets empty data where it has none', () => {
    expect(readMessage({ t: 'ready' })).toEqual({ t: 'ready', d: {} });
  });

  it.each([null, 'ready', 1, { t: 1 }, { d: {} }])('ignores %j', (data) => {
    expect(readMessage(data)).toBeUndefined();
  });

  it('ignores more than the limit', () => {
    expect(readMessage({ t: 'x', d: { s: 'a'.repeat(MAX_MESSAGE) } })).toBeUndefined();
  });
});

describe('errors', () => {
  it.each([
    ['origin_not_allowed', 'integration', false],
    ['order_expired', 'expired', false],
    ['load_timeout', 'network', true],
    ['rate_limited', 'network', true],
    ['payment_declined', 'declined', false],
    ['too_many_attempts', 'declined', false],
    ['internal_error', 'internal', false],
    ['dismissed', 'cancelled', false],
  ] as const)('%s is of type %s', (code, type, retryable) => {
    expect(paymentError(code, 'text', 'https://pay.example')).toEqual({
      type,
      code,
      retryable,
      message: 'text',
      error: 'text',
      final: true,
      docsUrl: `https://pay.example/docs/errors#${code}`,
    });
  });
});

describe('events', () => {
  it('go on after a listener has thrown, and stop after off', () => {
    vi.useFakeTimers();
    const emitter = new Emitter();
    const seen: string[] = [];
    emitter.on('ready', () => {
      throw new Error('merchant bug');
    });
    const off = emitter.on('ready', () => seen.push('second'));
    emitter.emit('ready', undefined, (event) => seen.push(`tap ${event.name}`));
    off();
    emitter.emit('ready', undefined);
    expect(seen).toEqual(['second', 'tap ready']);
    expect(() => vi.runAllTimers()).toThrow('merchant bug');
    vi.useRealTimers();
  });
});
