import type { NewPayment } from './api.js';
import { configure } from './configure.js';
import { Core, told } from './core.js';
import { watchExpiry } from './expiry.js';
import { Leaving } from './leaving.js';
import { lastUsed } from './order.js';
import { Parent } from './parent.js';
import { Paying } from './paying.js';
import type { Boot, Method, Problem, Session } from './types.js';
import { isFinal } from './watch.js';

/** All that a shopper can do. Components only read its state and call. */
export class Checkout extends Core {
  readonly #paying: Paying;
  readonly #leaving: Leaving;

  constructor(boot: Boot, session: Session) {
    super(
      boot,
      session,
      new Parent(boot.frame, {
        init: (config) => {
          configure(this, config);
          this.#ready();
        },
        update: (config) => configure(this, config),
        closing: (reason) => this.close(reason),
      }),
    );
    this.#paying = new Paying(this);
    this.#leaving = new Leaving(this);
  }

  /** Runs once in the browser: says hello, takes up a payment that is under way, starts the clocks. */
  start(): void {
    const { payment, order } = this.session;
    if (payment && this.boot.returned) this.store.set('payment', payment.id);
    const ours = payment && this.store.get('payment') === payment.id;
    const problem = this.#problem(ours === true);
    const theirs = Object.values(this.session.forms ?? {}).includes('processor');
    this.parent.hello(problem, problem && told(this.boot, problem), theirs);
    this.recall(lastUsed());
    this.set({ online: navigator.onLine });
    addEventListener('online', () => this.set({ online: true }));
    addEventListener('offline', () => this.set({ online: false }));
    addEventListener('keydown', (event) => {
      // While an input method composes, the key is its own.
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented || !this.parent.framed)
        return;
      if (this.config.modal?.closeOnEscape !== false) this.close('escape');
    });
    if (problem) this.set({ view: 'problem', problem });
    else if (payment && (!isFinal(payment) || payment.status === 'success')) this.#paying.adopt(payment);
    else if (payment?.status === 'failed' && ours) this.#paying.decline(payment, true);
    // The page before this one may have gone while a payment locked the shop's part.
    else this.parent.send('unlock');
    if (order.expires_at) watchExpiry(this, () => this.end('order_expired'));
  }

  #problem(ours: boolean): Problem | undefined {
    const { order, payment, attempts_left } = this.session;
    const live = payment && !isFinal(payment);
    if (order.status === 'paid' || payment?.status === 'success') return ours ? undefined : 'order_paid';
    if (this.session.processor === null) return 'processor_required';
    if (live) return;
    if (order.expires_at && Date.parse(order.expires_at) <= this.now()) return 'order_expired';
    if (!this.session.methods.length) return 'no_method';
    return attempts_left === 0 ? 'too_many_attempts' : undefined;
  }

  #ready(): void {
    const { messages, dir } = this.boot;
    this.parent.send('ready', { title: messages['frame.title'], close: messages.close, dir });
  }

  choose(method: Method): void {
    this.set({ method, decline: undefined });
    this.parent.send('event', { name: 'method.selected', data: { method } });
  }

  async pay(body: Omit<NewPayment, 'order_id'>): Promise<void> {
    if (this.state.busy || !this.state.online) return;
    await this.#paying.pay(body);
    this.#leaving.answered();
  }

  cancel(): Promise<void> {
    return this.#paying.cancel();
  }

  refreshCode(): Promise<void> {
    return this.#paying.refreshCode();
  }

  authenticate(result: 'success' | 'failure'): Promise<void> {
    return this.#paying.authenticate(result);
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

  close(reason: string, confirmed = false): void {
    this.#leaving.close(reason, confirmed);
  }

  stay(): void {
    this.#leaving.stay();
  }
}
