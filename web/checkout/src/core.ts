import { Api } from './api.js';
import { type CardFields, NO_CARD } from './card/validate.js';
import { ordered } from './order.js';
import type { Parent } from './parent.js';
import type { State } from './state.js';
import { Store } from './store.js';
import type { Boot, Method, Problem, Session, ShopConfig } from './types.js';

type Listener = () => void;

/** What the shop's page hears of a problem: its maker's business in the maker's words, else what the shopper reads. */
export const told = (boot: Boot, problem: Problem): string =>
  boot.details?.[problem] ?? boot.messages[`problem.${problem}`] ?? problem;

/** What every part of the checkout works on: the page's one state, the order, the API and the shop's page. */
export class Core {
  state: State;
  readonly api: Api;
  readonly store: Store;
  /** The form as typed. In memory only: it outlives a decline, never the page. */
  card: CardFields = NO_CARD;
  /** What the shop has asked for since it opened the page. */
  config: ShopConfig = {};
  /** The bank or the wallet that was chosen, by method. */
  readonly chosen: Partial<Record<Method, string | undefined>> = {};
  /** What the shop offers, in the order in which this shopper sees it. */
  offered: Method[];
  readonly #listeners = new Set<Listener>();
  readonly #clockOffset: number;

  constructor(
    readonly boot: Boot,
    readonly session: Session,
    readonly parent: Parent,
  ) {
    this.api = new Api(boot.apiUrl);
    this.store = new Store(session.order.id);
    this.#clockOffset = Date.parse(session.server_time) - Date.now();
    this.offered = ordered(session.methods, boot.mobile);
    const narrowed = this.offered.filter((method) => boot.methods?.includes(method));
    const methods = narrowed.length ? narrowed : this.offered;
    this.state = {
      // A page that is served for a processor's form has nothing else to show first.
      view: session.form ? 'fields' : 'form',
      ...(session.form && session.payment && { payment: session.payment }),
      method: methods.find((method) => method === boot.method) ?? methods[0] ?? 'card',
      methods,
      attemptsLeft: session.attempts_left,
      expiresAt: session.order.expires_at,
      extensionsLeft: session.order.extensions_left,
      online: true,
      busy: false,
    };
  }

  /** Has the method that was used last come first, and be chosen where the shop wishes for none. */
  recall(last: Method | undefined): void {
    if (!last || !this.state.methods.includes(last)) return;
    const { mobile, method } = this.boot;
    this.offered = ordered(this.session.methods, mobile, last);
    this.set({ methods: ordered(this.state.methods, mobile, last), ...(!method && { method: last }) });
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

  /**
   * Loads the page anew, whose policy names a processor's origins exactly while a payment waits in its form. The
   * shop's part is told: what it said before has nobody to hear it.
   */
  renew(): void {
    this.parent.send('away');
    this.set({ busy: true });
    location.reload();
  }

  /** The last word: this page takes no payment any more. */
  end(problem: Problem): void {
    this.set({ view: 'problem', problem, busy: false });
    if (problem === 'order_expired') this.parent.send('event', { name: 'expired' });
    this.parent.send('failed', {
      code: problem,
      message: told(this.boot, problem),
      final: true,
      retryable: false,
    });
  }
}
