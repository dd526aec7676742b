import type { ApiError, NewPayment } from './api.js';
import { NO_CARD } from './card/validate.js';
import type { Core } from './core.js';
import { keepUsed } from './order.js';
import { type View, viewOf } from './state.js';
import { submit } from './submit.js';
import type { Method, NextAction, Payment } from './types.js';
import { isFinal, watch } from './watch.js';

/** One payment after the other, each from its submit to its end, and what the shop hears of it. */
export class Paying {
  #stopWatching: (() => void) | undefined;
  #attempt: number;

  constructor(private readonly core: Core) {
    this.#attempt = core.session.attempts;
  }

  async pay(body: Omit<NewPayment, 'order_id'>): Promise<void> {
    const { core } = this;
    core.set({ busy: true, decline: undefined, notice: undefined });
    core.parent.send('lock');
    core.parent.send('event', {
      name: 'payment.submitted',
      data: { attempt: this.#attempt + 1, method: body.method },
    });
    const result = await submit(core.api, core.store, { order_id: core.session.order.id, ...body });
    if ('payment' in result) {
      // Only what the API took is an attempt.
      this.#attempt++;
      this.adopt(result.payment);
    } else {
      core.parent.send('unlock');
      if ('lost' in result) core.set({ busy: false, notice: 'lost' });
      else this.#refuse(result.refused);
    }
  }

  #refuse(refused: ApiError): void {
    if (refused.status === 429 && refused.field === 'order_id') return this.core.end('too_many_attempts');
    if (refused.message === 'Order has expired') return this.core.end('order_expired');
    if (refused.code === 'PROCESSOR_REQUIRED') return this.core.end('processor_required');
    // Its routes have changed since the page was made: another form takes this method now.
    if (refused.status === 400 && refused.field === 'card') return this.core.renew();
    if (refused.status === 400 && refused.field === 'method') return this.#without(this.core.state.method);
    const field = refused.field?.replace('card.', '');
    this.core.set({
      busy: false,
      ...(field && refused.status === 400 ? { fieldError: { field, code: refused.code } } : {}),
      ...(refused.status === 429 ? { notice: 'rate_limited' } : field ? {} : { notice: 'failed' }),
    });
  }

  /** The order takes this method no more: its codes are used up, or the shop has changed its mind. */
  #without(refused: Method): void {
    const methods = this.core.state.methods.filter((method) => method !== refused);
    const [method] = methods;
    if (!method) return this.core.end('no_method');
    this.core.set({ busy: false, methods, method, notice: 'other_method' });
  }

  /** Takes up a payment that is there, whoever made it, and follows it to its end. */
  adopt(payment: Payment): void {
    const { api, parent, session } = this.core;
    if (!isFinal(payment)) {
      parent.send('lock');
      parent.send('event', { name: 'payment.processing', data: { paymentId: payment.id } });
      this.#stopWatching?.();
      this.#stopWatching = watch(api, payment, session.watch, (changed) => this.#show(changed));
    }
    this.#show(payment);
  }

  #show(payment: Payment): void {
    const { core } = this;
    const view: View = viewOf(payment);
    if (this.#belongsElsewhere(view, payment)) return core.renew();
    if (view === 'challenge' || view === 'upi' || view === 'fields') {
      const upi = payment.flow === 'collect' ? 'upi_collect' : core.boot.mobile ? 'upi_intent' : 'upi_qr';
      const kinds: Partial<Record<NextAction, string>> = {
        challenge: '3ds',
        bank_page: 'bank_page',
        fields: 'fields',
      };
      const kind = kinds[payment.next_action?.type ?? 'upi_qr'] ?? upi;
      core.parent.send('event', { name: 'payment.action_required', data: { kind } });
    }
    if (payment.status === 'success') {
      core.card = NO_CARD;
      keepUsed(payment.method);
      void this.#succeed(payment);
    }
    if (payment.status === 'failed') return this.decline(payment);
    if (payment.status === 'cancelled') {
      core.parent.send('unlock');
      core.set({ view: 'form', payment: undefined, busy: false });
      return;
    }
    core.set({ view, payment, busy: false, confirming: undefined });
  }

  /** A processor's form and all else are shown by pages with policies of their own. */
  #belongsElsewhere(view: View, { id }: Payment): boolean {
    const { session } = this.core;
    if (view === 'success') return false;
    if (view !== 'fields') return !!session.form && view !== 'processing';
    // Loaded for it already, and still without its form: the account is gone, and a next page would be as this one.
    return session.form?.payment_id !== id && session.payment?.next_action?.type !== 'fields';
  }

  async #succeed(payment: Payment): Promise<void> {
    const { core } = this;
    // The answer to a POST has no signature, and neither has a payment adopted from it.
    const signed = payment.signature ? payment : await core.api.payment(payment.id).catch(() => payment);
    core.parent.send('success', {
      paymentId: signed.id,
      orderId: signed.order_id,
      status: signed.captured ? 'success' : 'authorized',
      amount: signed.amount,
      currency: signed.currency,
      method: signed.method,
      ...(signed.signature && { signature: signed.signature }),
    });
    core.set({ payment: signed });
  }

  /** `counted`: the session has told of it, as it does to a page that was loaded afterwards. */
  decline(payment: Payment, counted = false): void {
    const { boot, config, parent, session, state, store } = this.core;
    store.set('payment', null);
    const attemptsLeft = Math.max(0, state.attemptsLeft - (counted ? 0 : 1));
    const most = config.retry?.enabled === false ? 1 : (config.retry?.maxAttempts ?? Infinity);
    this.core.card = { ...this.core.card, cvc: '' };
    const final = attemptsLeft === 0 || this.#attempt - session.attempts >= most;
    const code = final ? 'too_many_attempts' : 'payment_declined';
    const declineCode = (payment.error_code ?? 'do_not_honor').toLowerCase();
    const text = boot.messages[`decline.${declineCode}`] ?? boot.messages['decline.other'] ?? '';
    parent.send('unlock');
    parent.send('failed', {
      code,
      message: text,
      final,
      retryable: !final,
      declineCode,
      paymentId: payment.id,
      attempt: this.#attempt,
    });
    if (final) return this.core.set({ view: 'problem', problem: 'too_many_attempts', busy: false });
    const { method } = payment;
    // A page that was loaded meanwhile has not heard what was chosen before.
    this.core.chosen[method] ??= payment.bank ?? payment.wallet;
    this.core.set({
      view: 'form',
      ...(state.methods.includes(method) && { method }),
      payment,
      busy: false,
      attemptsLeft,
      decline: text,
      declines: this.#attempt,
    });
  }

  /** Gives up a challenge or an approval, and goes back to the form. */
  async cancel(): Promise<void> {
    const { api, state } = this.core;
    const { payment } = state;
    if (!payment || state.busy) return;
    this.core.set({ busy: true, notice: undefined });
    try {
      const now = await api.cancel(payment.id);
      if (this.#overtaken(payment)) return;
      this.#stopWatching?.();
      this.#show(now);
    } catch {
      if (!this.#overtaken(payment)) this.core.set({ busy: false, notice: 'failed' });
    }
  }

  /** The watch was faster than the answer: the page shows what came of this payment, or another one already. */
  #overtaken(payment: Payment): boolean {
    return this.core.state.payment !== payment;
  }

  /** Another code for the payment that waits, with its full time. */
  async refreshCode(): Promise<void> {
    const { api, state } = this.core;
    const { payment } = state;
    if (!payment || state.busy) return;
    this.core.set({ busy: true });
    try {
      const fresh = await api.refreshCode(payment.id);
      if (!this.#overtaken(payment)) this.core.set({ payment: fresh, busy: false });
    } catch {
      // Approved, declined or too late in this very moment: the watch shows which.
      if (!this.#overtaken(payment)) this.core.set({ busy: false });
    }
  }

  async authenticate(result: 'success' | 'failure'): Promise<void> {
    const { api, state } = this.core;
    const { payment } = state;
    if (!payment || state.busy) return;
    this.core.set({ busy: true, notice: undefined });
    try {
      await api.authenticate(payment.id, result);
    } catch {
      if (!this.#overtaken(payment)) this.core.set({ busy: false, notice: 'failed' });
    }
  }
}
