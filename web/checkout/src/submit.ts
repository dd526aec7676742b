import type { Api, ApiError, NewPayment } from './api.js';
import type { Store } from './store.js';
import type { Payment, Session } from './types.js';

/** Tries of one submit while its answer keeps getting lost. */
const TRIES = 5;

export type Submitted =
  | { payment: Payment }
  /** The API will not take this submit; the form may be changed and sent again. */
  | { refused: ApiError; session?: Session }
  /** No answer, and so unknown: the same key is sent again before anything else. */
  | { lost: true };

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/**
 * Pays once, whatever happens on the way. The key stays until the API has answered for certain, so a repeat
 * is a replay; a payment that exists already (another tab, a lost answer) is adopted instead of made anew.
 */
export async function submit(api: Api, store: Store, body: NewPayment): Promise<Submitted> {
  for (let attempt = 1; ; attempt++) {
    try {
      const payment = await api.pay(body, store.idempotencyKey());
      store.set('payment', payment.id);
      store.set('open', payment.id);
      store.set('key', null);
      return { payment };
    } catch (error) {
      const refused = error as ApiError;
      const unsure = refused.status === 0 || refused.status === 409 || refused.status >= 500;
      if (unsure) {
        if (attempt >= TRIES || !navigator.onLine) return { lost: true };
        await pause(Math.min(refused.retryAfter * attempt, 5));
        continue;
      }
      store.set('key', null);
      // 422: a lost submit with this key was made with other data. 400 on the order: another tab was first.
      if (refused.status === 422 || refused.field === 'order_id') {
        const session = await api.session(body.order_id).catch(() => undefined);
        const live = session?.payment && /pending|requires_action|success/.test(session.payment.status);
        if (session?.payment && live) {
          store.set('payment', session.payment.id);
          return { payment: session.payment };
        }
        if (refused.status === 422 && attempt < TRIES) continue;
        return { refused, ...(session && { session }) };
      }
      return { refused };
    }
  }
}
