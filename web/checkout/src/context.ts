import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Checkout } from './checkout.js';
import type { MessageKey } from './locales/en.js';
import { formatMoney } from './money.js';
import type { State } from './state.js';

const Context = createContext<Checkout | undefined>(undefined);
export const CheckoutProvider = Context.Provider;

export function useCheckout(): Checkout {
  const checkout = useContext(Context);
  if (!checkout) throw new Error('no checkout around this component');
  return checkout;
}

/** The state, drawn anew after each change. */
export function useCheckoutState(): State {
  const checkout = useCheckout();
  const [, draw] = useState(0);
  useEffect(() => {
    const again = () => draw((count) => count + 1);
    // What changed between the first paint and now was told to nobody.
    again();
    return checkout.subscribe(again);
  }, [checkout]);
  return checkout.state;
}

export type Translate = (key: MessageKey, values?: Record<string, string | number>) => string;

export const translator =
  (messages: Record<string, string>): Translate =>
  (key, values = {}) =>
    (messages[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));

/** Texts in the page's language, and the order's amount in words of its currency. */
export function useText(): { t: Translate; amount: string } {
  const { boot, session } = useCheckout();
  return {
    t: translator(boot.messages),
    amount: formatMoney(session.order.amount, session.order.currency, boot.locale),
  };
}
