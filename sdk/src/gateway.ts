import { Emitter } from './emitter.js';
import { configError } from './errors.js';
import { PROTOCOL } from './messages.js';
import { checkOptions, checkoutOrigin } from './options.js';
import { openSession, type Session } from './session.js';
import type { CheckoutResult, EventMap, PaymentGatewayOptions, State } from './types.js';

declare const __VERSION__: string;

/** Set by the script build to the address that checkout.js came from. */
export const scriptSource: { url?: string | undefined } = {};

/** One order's checkout. Making one costs nothing; `open()` shows it. */
export class PaymentGateway {
  static readonly version: string = __VERSION__;
  static readonly protocol = PROTOCOL;

  readonly #options: PaymentGatewayOptions;
  readonly #base: string;
  readonly #emitter = new Emitter();
  #state: State = 'idle';
  #session: Session | undefined;
  #result: Promise<CheckoutResult> | undefined;
  #destroyed = false;

  /** @throws ConfigError for a missing or wrong `key`, `orderId`, `container` or `checkoutUrl`. */
  constructor(options: PaymentGatewayOptions) {
    checkOptions(options);
    this.#options = { ...options };
    this.#base = checkoutOrigin(options.checkoutUrl ?? scriptSource.url);
    if (options.mode === 'modal' || options.mode === 'inline') {
      if (this.#base === location.origin) {
        throw configError('config_invalid', 'a frame needs another origin');
      }
    }
  }

  get state(): State {
    return this.#state;
  }

  /**
   * Shows the checkout. The promise settles exactly once and never rejects: an outcome is a value.
   * While one opening lives, further calls return its promise.
   */
  open(): Promise<CheckoutResult> {
    if (this.#result && this.#state !== 'closed') return this.#result;
    this.#result = new Promise((resolve) => {
      let settled = false;
      const settle = (result: CheckoutResult): boolean => {
        if (settled) return false;
        settled = true;
        resolve(result);
        return true;
      };
      if (this.#destroyed) settle({ status: 'dismissed', reason: 'api' });
      else this.#start(settle);
    });
    return this.#result;
  }

  /** Closes the checkout. False, and no effect, while a payment is being made. */
  close(): boolean {
    if (this.#session?.isLocked()) return false;
    this.#session?.finish('api');
    return true;
  }

  /** Changes what the open checkout looks like or suggests; kept for the next opening. */
  update(change: Pick<PaymentGatewayOptions, 'theme' | 'locale' | 'prefill'>): void {
    Object.assign(this.#options, change);
    this.#session?.update(change);
  }

  /** Listens to one event; returns the function that ends it. */
  on<K extends keyof EventMap>(name: K, listener: (data: EventMap[K]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  off<K extends keyof EventMap>(name: K, listener: (data: EventMap[K]) => void): void {
    this.#emitter.off(name, listener);
  }

  /** Takes everything away, in any state. A payment that is being made goes on: its outcome comes by webhook. */
  destroy(): void {
    this.#destroyed = true;
    this.#session?.finish('api');
  }

  #start(settle: (result: CheckoutResult) => boolean): void {
    const { onEvent } = this.#options;
    this.#session = openSession(this.#options, this.#base, {
      settle,
      emit: (name, data) => this.#emitter.emit(name, data as never, onEvent),
      setState: (state) => {
        this.#state = state;
      },
    });
  }
}
