import type { Core } from './core.js';
import type { State } from './state.js';
import { isFinal } from './watch.js';

/** Milliseconds that a shopper who leaves waits for the answer to a submit. */
const PATIENCE = 5000;

/** Whether something of the shopper's is on its way. */
export const isWorking = ({ busy, view, form }: State): boolean =>
  busy || /processing|challenge|upi/.test(view) || (view === 'fields' && /busy|checking/.test(form ?? ''));

/** The way out of a frame: at once, after a question, or with the answer to a submit. */
export class Leaving {
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly core: Core) {}

  /** The shopper wants out. A payment under way asks first, and is never dropped; so does a form that was typed in. */
  close(reason: string, confirmed: boolean): void {
    const { config, parent, state } = this.core;
    const { view, dirty, busy } = state;
    const working = isWorking(state);
    // A key or a click beside the card is easily a mistake; the button that closes hardly ever is.
    const careless = reason === 'escape' || reason === 'backdrop';
    const ask = working || (/form|fields/.test(view) && dirty && (config.modal?.confirmClose ?? careless));
    if (ask && !confirmed) {
      parent.send('stay');
      return this.core.set({ confirming: reason });
    }
    if (busy && view === 'form') {
      // Which payment it will be is not known yet: the shop is told as soon as it is.
      this.core.set({ leaving: reason });
      clearTimeout(this.#patience);
      this.#patience = setTimeout(() => this.answered(), PATIENCE);
      return;
    }
    this.#sendClose(reason);
  }

  /** The shopper has thought better of it. */
  stay(): void {
    clearTimeout(this.#patience);
    this.core.set({ confirming: undefined, leaving: undefined });
  }

  /** A submit has its answer, or has had its time: who waits for it may go. */
  answered(): void {
    clearTimeout(this.#patience);
    const { leaving } = this.core.state;
    this.core.set({ leaving: undefined });
    if (leaving) this.#sendClose(leaving);
  }

  #sendClose(reason: string): void {
    const { state } = this.core;
    const { payment, view } = state;
    // In a form of a processor's that was not sent nothing is under way: it may be opened again.
    const isOpen = view === 'fields' && !isWorking(state);
    const paymentId = payment && !isOpen && !isFinal(payment) && payment.id;
    this.core.parent.send('close', { reason, ...(paymentId && { paymentId }) });
  }
}
