import type { Checkout } from '../checkout.js';
import type { FormState } from '../state.js';
import type { FormEvent, FormHost, OpenForm } from './model.js';
import { THEIR_FORMS } from './open.js';
import { ownAddress, returnUrl } from './return-url.js';

/** Seconds after a form is through at which the processor is asked, while nothing is known yet. */
const LOOKS = [0, 1.5, 4, 8, 15, 25];
/** Seconds after which a form that was through may be used again: an object that is paid takes no second payment. */
const GIVE_UP = 40;

/** The processor's form on this page: loaded, followed, and given up. */
export class FieldsPart {
  #form: OpenForm | undefined;
  #timers: ReturnType<typeof setTimeout>[] = [];
  #loads = 0;

  constructor(private readonly core: Checkout) {
    // A form over the page would hide the question whether to leave it.
    core.subscribe(() => {
      if (core.state.confirming && core.state.form === 'busy' && this.theirs?.overlay) this.#form?.close();
    });
  }

  get theirs() {
    return THEIR_FORMS[this.core.session.form?.processor ?? ''];
  }

  /** Loads the form into `container`, and asks what has become of the payment meanwhile. */
  async load(container: HTMLElement): Promise<void> {
    const { core } = this;
    const load = ++this.#loads;
    history.replaceState(history.state, '', ownAddress(location.href));
    this.#set('loading');
    // Paid in another tab, or before this page was reloaded?
    if (core.boot.returned || core.store.get('open') !== core.state.payment?.id) this.#look();
    try {
      const host = await this.#host(container);
      const form = await this.theirs?.open({
        ...host,
        tell: (event) => load === this.#loads && this.#hear(event),
      });
      if (load !== this.#loads) return form?.close();
      this.#form = form;
      if (!form) throw new Error('a form that this page does not know');
      const asked = core.store.get('open') === host.payWith.payment_id;
      core.store.set('open', null);
      // The shopper has just asked for it. Whoever reloads the page, or comes back to it, asks first.
      if (this.theirs?.overlay && asked && !core.boot.returned) this.submit();
    } catch (error) {
      if (load !== this.#loads) return;
      console.warn('PaymentGateway', String(error));
      this.#set('failed');
    }
  }

  async #host(container: HTMLElement): Promise<Omit<FormHost, 'tell'>> {
    const { boot, session, state } = this.core;
    const { order, merchant, return_url } = session;
    const payWith =
      session.pay_with ??
      (await this.core.api.session(order.id)).pay_with ??
      Promise.reject(new Error('the API takes this page for another than its GATEWAY_CHECKOUT_URL'));
    const style = getComputedStyle(document.documentElement);
    return {
      payWith: await payWith,
      container,
      returnUrl: () => {
        const shop = boot.frame && (this.core.config.callbackUrl || (return_url ? undefined : '/'));
        return returnUrl(location.href, shop && new URL(shop, boot.frame?.origin).href);
      },
      method: state.payment?.method ?? state.method,
      amount: order.amount,
      currency: order.currency,
      merchant: merchant.name,
      locale: boot.locale,
      look: {
        color: style.getPropertyValue('--brand').trim(),
        radius: style.getPropertyValue('--radius').trim(),
        dark: style.colorScheme === 'dark',
      },
    };
  }

  submit(): void {
    if (this.core.state.online && this.core.state.form === 'open') this.#form?.submit();
  }

  /** Takes the form off the page, as the page goes on to something else. */
  leave(): void {
    this.#loads++;
    this.#stopLooking();
    this.#form?.close();
    this.#form = undefined;
  }

  #hear(event: FormEvent): void {
    const { core } = this;
    if (event.type === 'changed') return core.set({ dirty: true });
    if (event.type === 'escape') return core.close('escape');
    if (event.type === 'busy') {
      core.set({ decline: undefined, notice: undefined });
      this.#set('busy');
    } else if (event.type === 'open') {
      // Closed, or never sent. It may have been sent in another tab.
      if (core.state.form === 'busy') this.#look();
      this.#set('open');
    } else if (event.type === 'done') this.#check();
    else if (event.type === 'declined') this.#decline(event);
    else if (event.type === 'lost') {
      this.#look();
      core.set({ notice: 'lost' });
      this.#set('open');
    } else this.#set('failed');
  }

  #decline({ code, message, open }: Extract<FormEvent, { type: 'declined' }>): void {
    const { boot, parent, state } = this.core;
    const declineCode = code ?? 'payment_declined';
    const text = message || boot.messages['decline.payment_declined'] || '';
    parent.send('failed', {
      code: 'payment_declined',
      message: text,
      final: false,
      retryable: true,
      declineCode,
      paymentId: state.payment?.id,
    });
    if (!open) return;
    this.core.set({ decline: text, declines: (state.declines ?? 0) + 1 });
    this.#set('open');
  }

  /** The form says that it is through: its processor is asked until our API knows. */
  #check(): void {
    this.#set('checking');
    this.#stopLooking();
    this.#timers = LOOKS.map((seconds) => setTimeout(() => this.#look(), seconds * 1000));
    this.#timers.push(
      setTimeout(() => {
        this.core.set({ notice: 'lost' });
        this.#set('open');
      }, GIVE_UP * 1000),
    );
  }

  #stopLooking(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
  }

  #look(): void {
    const { id } = this.core.state.payment ?? {};
    // What comes of it the watch hears; where it is not taken, the worker looks by itself later.
    if (id) void this.core.api.look(id).catch(() => {});
  }

  #set(form: FormState): void {
    const { core } = this;
    const before = core.state.form;
    if (form !== 'checking') this.#stopLooking();
    core.set({ form });
    if (form === before) return;
    const { id } = core.state.payment ?? {};
    if (form === 'busy') {
      core.parent.send('lock');
      core.parent.send('event', { name: 'payment.processing', data: { paymentId: id } });
    } else if (form !== 'checking') core.parent.send('unlock');
  }
}
