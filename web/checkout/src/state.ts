import type { Method, Payment, Problem } from './types.js';

export type View = 'form' | 'processing' | 'challenge' | 'upi' | 'fields' | 'success' | 'problem';

/**
 * Of a processor's form: it loads, can be used, has been sent (`busy`), is through so that we ask what became of
 * it (`checking`), or does not load.
 */
export type FormState = 'loading' | 'open' | 'busy' | 'checking' | 'failed';

export interface State {
  view: View;
  method: Method;
  methods: Method[];
  attemptsLeft: number;
  expiresAt: string | null;
  extensionsLeft: number;
  online: boolean;
  /** A request of ours is on its way: nothing can be sent twice. */
  busy: boolean;
  form?: FormState;
  payment?: Payment | undefined;
  problem?: Problem;
  /** Why the last payment failed, in the shopper's words. */
  decline?: string | undefined;
  /** Grows with each decline, so that the same text is announced again. */
  declines?: number;
  notice?: 'lost' | 'failed' | 'rate_limited' | 'other_method' | undefined;
  fieldError?: { field: string; code: string } | undefined;
  /** Seconds until the order expires, from 60 downwards. */
  secondsLeft?: number | undefined;
  /** The shopper asked to close in this way while a payment is under way. */
  confirming?: string | undefined;
  /** It is sure, and waits for the answer to a submit. */
  leaving?: string | undefined;
  dirty?: boolean;
  prefillName?: string;
}

/** The screen that a payment's state calls for. */
export function viewOf(payment: Payment): View {
  if (payment.status === 'success') return 'success';
  if (payment.status === 'requires_action') {
    const type = payment.next_action?.type;
    if (type === 'fields') return type;
    return type === 'challenge' || type === 'bank_page' ? 'challenge' : 'upi';
  }
  return payment.status === 'pending' ? 'processing' : 'form';
}
