import { Api, type ApiError, type NewPayment } from './api.js';
import type { CardFields } from './card/validate.js';
import { watchExpiry } from './expiry.js';
import { Parent } from './parent.js';
import { type State, type View, viewOf } from './state.js';
import { Store } from './store.js';
import { submit } from './submit.js';
import { applyTheme } from './theme.js';
import type { Boot, Method, Payment, Problem, Session } from './types.js';
import { isFinal, watch } from './watch.js';

type Listener = () => void;

/** Milliseconds that a shopper who leaves waits for the answer to a submit. */
const PATIENCE = 5000;

/** The page's one state, and everything that may change it. Components only read and call. */
export class Checkout {
  state: State;
  readonly api: Api;
  readonly store: Store;
  readonly parent: Parent;
  /** The form as typed. In memory only: it outlives a decline, never the page. */
  card: CardFields = { number: '', expiry: '', cvc: '', name: '' };
  readonly #listeners = new Set<Listener>();
  #stopWatching: (() => void) | undefined;
  #clockOffset = 0;
  #attempt: number;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #config: { modal?: { confirmClose?: boolean; closeOnEscape?: boolean }; retry?: Retry } = {};

  constructor(
    readonly boot: Boot,
    readonly session: Session,
  ) {
    this.api = new Api(boot.apiUrl);
    this.store = new Store(session.order.id);
    this.parent = new Parent(boot.frame, {
      init: (config) => {
        this.#configure(config);
        this.#ready();
      },
      update: (config) => this.#configure(config),
      closing: (reason) => this.close(reason),
    });
    this.#attempt = session.attempts;
    this.#clockOffset = Date.parse(session.server_time) - Date.now();
    const narrowed = session.methods.filter((method) => boot.methods?.includes(method));
    const methods = narrowed.length ? narrowed : session.methods;
    this.state = {
      view: 'form',
      method: methods.find((method) => method === boot.method) ?? methods[0] ?? 'card',
      methods,
      attemptsLeft: session.attempts_left,
      expiresAt: session.order.expires_at,
      extensionsLeft: session.order.extensions_left,
      online: true,
      busy: false,
    };
  }

  /** Runs once in the browser: says hello, takes up a payment that is under way, starts the clocks. */
  start(): void {
    const { payment, order } = this.session;
    const ours = payment && this.store.get('payment') === payment.id;
    const problem = this.#problem(ours === true);
    this.parent.hello(problem, problem && (this.boot.messages[`problem.${problem}`] ?? problem));
    this.set({ online: navigator.onLine });
    addEventListener('online', () => this.set({ online: true }));
    addEventListener('offline', () => this.set({ online: false }));
    addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented || !this.parent.framed) return;
      if (this.#config.modal?.closeOnEscape !== false) this.close('escape');
    });
    if (problem) this.set({ view: 'problem', problem });
    else if (payment && (!isFinal(payment) || payment.status === 'success')) this.#adopt(payment);
    else if (payment?.status === 'failed' && ours) this.#decline(payment, true);
    // The page before this one may have gone while a payment locked the shop's part.
    else this.parent.send('unlock');
    if (order.expires_at) watchExpiry(this, () => this.#end('order_expired'));
  }

  #problem(ours: boolean): Problem | undefined {
    const { order, payment, attempts_left } = this.session;
    const live = payment && !isFinal(payment);
    if (order.status === 'paid' || payment?.status === 'success') return ours ? undefined : 'order_paid';
    if (live) return;
    if (order.expires_at && Date.parse(order.expires_at) <= this.now()) return 'order_expired';
    return attempts_left === 0 ? 'too_many_attempts' : undefined;
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }

  /** Milliseconds since the epoch by the server's clock: a shopper's own may be wrong or asleep. */
  now(): number {
    return Date.now() + this.#clockOffset;
  }

  choose(method: Method): void {
    this.set({ method, decline: undefined });
    this.parent.send('event', { name: 'method.selected', data: { method } });
  }

  async pay(body: Omit<NewPayment, 'order_id'>): Promise<void> {
    if (this.state.busy || !this.state.online) return;
    this.set({ busy: true, decline: undefined, notice: undefined });
    this.parent.send('lock');
    this.parent.send('event', {
      name: 'payment.submitted',
      data: { attempt: this.#attempt + 1, method: body.method },
    });
    const result = await submit(this.api, this.store, { order_id: this.session.order.id, ...body });
    if ('payment' in result) {
      // Only what the API took is an attempt.
      this.#attempt++;
      this.#adopt(result.payment);
    } else {
      this.parent.send('unlock');
      if ('lost' in result) this.set({ busy: false, notice: 'lost' });
      else this.#refuse(result.refused);
    }
    this.#leave();
  }

  #refuse(refused: ApiError): void {
    if (refused.status === 429 && refused.field === 'order_id') return this.#end('too_many_attempts');
    if (refused.message === 'Order has expired') return this.#end('order_expired');
    const field = refused.field?.replace('card.', '');
    this.set({
      busy: false,
      ...(field && refused.status === 400 ? { fieldError: { field, code: refused.code } } : {}),
      ...(refused.status === 429 ? { notice: 'rate_limited' } : field ? {} : { notice: 'failed' }),
    });
  }

  #adopt(payment: Payment): void {
    if (!isFinal(payment)) {
      this.parent.send('lock');
      this.parent.send('event', { name: 'payment.processing', data: { paymentId: payment.id } });
      this.#stopWatching?.();
      this.#stopWatching = watch(this.api, payment, this.session.watch, (changed) => this.#show(changed));
    }
    this.#show(payment);
  }

  #show(payment: Payment): void {
    const view: View = viewOf(payment);
    if (view === 'challenge' || view === 'upi') {
      const kind = view === 'challenge' ? '3ds' : this.boot.mobile ? 'upi_intent' : 'upi_qr';
      this.parent.send('event', { name: 'payment.action_required', data: { kind } });
    }
    if (payment.status === 'success') {
      this.card = { number: '', expiry: '', cvc: '', name: '' };
      void this.#succeed(payment);
    }
    if (payment.status === 'failed') return this.#decline(payment);
    if (payment.status === 'cancelled') {
      this.parent.send('unlock');
      this.set({ view: 'form', payment: undefined, busy: false });
      return;
    }
    this.set({ view, payment, busy: false, confirming: undefined });
  }

  async #succeed(payment: Payment): Promise<void> {
    // The answer to a POST has no signature, and neither has a payment adopted from it.
    const signed = payment.signature ? payment : await this.api.payment(payment.id).catch(() => payment);
    this.parent.send('success', {
      paymentId: signed.id,
      orderId: signed.order_id,
      status: signed.captured ? 'success' : 'authorized',
      amount: signed.amount,
      currency: signed.currency,
      method: signed.method,
      signature: signed.signature ?? '',
    });
    this.set({ payment: signed });
  }

  /** `counted`: the session has told of it, as it does to a page that was loaded afterwards. */
  #decline(payment: Payment, counted = false): void {
    this.store.set('payment', null);
    const attemptsLeft = Math.max(0, this.state.attemptsLeft - (counted ? 0 : 1));
    const most = this.#config.retry?.enabled === false ? 1 : (this.#config.retry?.maxAttempts ?? Infinity);
    this.card = { ...this.card, cvc: '' };
    const final = attemptsLeft === 0 || this.#attempt - this.session.attempts >= most;
    const code = final ? 'too_many_attempts' : 'payment_declined';
    const declineCode = (payment.error_code ?? 'do_not_honor').toLowerCase();
    const text = this.boot.messages[`decline.${declineCode}`] ?? this.boot.messages['decline.other'] ?? '';
    this.parent.send('unlock');
    this.parent.send('failed', {
      code,
      message: text,
      final,
      retryable: !final,
      declineCode,
      paymentId: payment.id,
      attempt: this.#attempt,
    });
    if (final) return this.set({ view: 'problem', problem: 'too_many_attempts', busy: false });
    this.set({ view: 'form', payment, busy: false, attemptsLeft, decline: text, declines: this.#attempt });
  }

  /** Gives up a challenge or an approval, and goes back to the form. */
  async cancel(): Promise<void> {
    const { payment } = this.state;
    if (!payment || this.state.busy) return;
    this.set({ busy: true, notice: undefined });
    try {
      const now = await this.api.cancel(payment.id);
      if (this.#overtaken(payment)) return;
      this.#stopWatching?.();
      this.#show(now);
    } catch {
      if (!this.#overtaken(payment)) this.set({ busy: false, notice: 'failed' });
    }
  }

  /** The watch was faster than the answer: the page shows what came of this payment, or another one already. */
  #overtaken(payment: Payment): boolean {
    return this.state.payment !== payment;
  }

  /** Another code for the payment that waits, with its full time. */
  async refreshCode(): Promise<void> {
    const { payment } = this.state;
    if (!payment || this.state.busy) return;
    this.set({ busy: true });
    try {
      const fresh = await this.api.refreshCode(payment.id);
      if (!this.#overtaken(payment)) this.set({ payment: fresh, busy: false });
    } catch {
      // Approved, declined or too late in this very moment: the watch shows which.
      if (!this.#overtaken(payment)) this.set({ busy: false });
    }
  }

  async authenticate(result: 'success' | 'failure'): Promise<void> {
    const { payment } = this.state;
    if (!payment || this.state.busy) return;
    this.set({ busy: true, notice: undefined });
    try {
      await this.api.authenticate(payment.id, result);
    } catch {
      if (!this.#overtaken(payment)) this.set({ busy: false, notice: 'failed' });
    }
  }

  async extend(): Promise<void> {
    try {
      const { order } = await this.api.extend(this.session.order.id);
      this.set({
        expiresAt: order.expires_at,
        extensionsLeft: order.extensions_left,
        secondsLeft: undefined,
      });
    } catch {
      this.set({ notice: 'failed' });
    }
  }

  #end(problem: Problem): void {
    this.set({ view: 'problem', problem, busy: false });
    if (problem === 'order_expired') this.parent.send('event', { name: 'expired' });
    const message = this.boot.messages[`problem.${problem}`] ?? problem;
    this.parent.send('failed', { code: problem, message, final: true, retryable: false });
  }

  /** The shopper wants out. A payment under way asks first, and is never dropped. */
  close(reason: string, confirmed = false): void {
    const { view, dirty, busy } = this.state;
    const working = busy || view === 'processing' || view === 'challenge' || view === 'upi';
    const ask = working || (view === 'form' && dirty && this.#config.modal?.confirmClose);
    if (ask && !confirmed) {
      this.parent.send('stay');
      return this.set({ confirming: reason });
    }
    if (busy && view === 'form') {
      // Which payment it will be is not known yet: the shop is told as soon as it is.
      this.set({ leaving: reason });
      clearTimeout(this.#patience);
      this.#patience = setTimeout(() => this.#leave(), PATIENCE);
      return;
    }
    this.#sendClose(reason);
  }

  /** The shopper has thought better of it. */
  stay(): void {
    clearTimeout(this.#patience);
    this.set({ confirming: undefined, leaving: undefined });
  }

  #leave(): void {
    clearTimeout(this.#patience);
    const { leaving } = this.state;
    this.set({ leaving: undefined });
    if (leaving) this.#sendClose(leaving);
  }

  #sendClose(reason: string): void {
    const { payment } = this.state;
    const paymentId = payment && !isFinal(payment) && payment.id;
    this.parent.send('close', { reason, ...(paymentId && { paymentId }) });
  }

  #configure(config: Record<string, unknown>): void {
    this.#config = { ...this.#config, ...config };
    applyTheme(config.theme as Record<string, unknown> | undefined);
    const methods = config.methods as Method[] | undefined;
    if (methods) {
      const narrowed = this.session.methods.filter((method) => methods.includes(method));
      if (narrowed.length) {
        const method = narrowed.includes(this.state.method) ? this.state.method : (narrowed[0] as Method);
        this.set({ methods: narrowed, method });
      }
    }
    const prefill = config.prefill as { name?: string; method?: Method } | undefined;
    if (prefill) {
      const method =
        prefill.method && this.state.methods.includes(prefill.method) ? prefill.method : undefined;
      this.set({ ...(prefill.name && { prefillName: String(prefill.name) }), ...(method && { method }) });
    }
    if (config.mode === 'inline') document.documentElement.dataset.inline = '';
  }

  #ready(): void {
    const { messages, dir } = this.boot;
    this.parent.send('ready', { title: messages['frame.title'], close: messages.close, dir });
  }
}

interface Retry {
  enabled?: boolean;
  maxAttempts?: number;
}
