import type { Api } from './api.js';
import type { Payment, PaymentStatus } from './types.js';

const FINAL: PaymentStatus[] = ['success', 'failed', 'cancelled'];
export const isFinal = (payment: Payment): boolean => FINAL.includes(payment.status);

/**
 * Follows a payment until it has ended; `tell` hears each change once. Two transports behind one
 * face: server-sent events, and long polls where a platform buffers streams (or a stream fails).
 * Returns the function that ends it.
 */
export function watch(api: Api, first: Payment, transport: 'sse' | 'poll', tell: (payment: Payment) => void) {
  let known = first.status;
  let ended = isFinal(first);
  let source: EventSource | undefined;
  let failures = 0;

  const hear = (payment: Payment) => {
    failures = 0;
    if (ended || payment.status === known) return;
    known = payment.status;
    if (isFinal(payment)) stop();
    tell(payment);
  };

  const look = () => ended || api.payment(first.id).then(hear, () => {});

  const poll = async () => {
    while (!ended) {
      try {
        hear(await api.payment(first.id, known));
      } catch {
        // No answer says nothing about the payment: ask again, less and less often.
        failures++;
        await new Promise((resolve) => setTimeout(resolve, Math.min(500 * 2 ** failures, 10000)));
      }
    }
  };

  const stream = () => {
    source = api.events(first.id);
    source.onmessage = (event) => hear(JSON.parse(event.data));
    source.onerror = () => {
      // The browser opens a stream again by itself; a proxy that breaks every one gets polls instead.
      if (++failures < 3 || ended) return;
      source?.close();
      void poll();
    };
  };

  /** Back from a bank's app, from sleep or from a tunnel: do not wait for a timer. */
  const wake = () => document.visibilityState === 'visible' && look();

  function stop() {
    ended = true;
    source?.close();
    document.removeEventListener('visibilitychange', wake);
    removeEventListener('pageshow', wake);
    removeEventListener('online', look);
  }

  if (!ended) {
    document.addEventListener('visibilitychange', wake);
    addEventListener('pageshow', wake);
    addEventListener('online', look);
    if (transport === 'sse' && 'EventSource' in window) stream();
    else void poll();
  }
  return stop;
}
