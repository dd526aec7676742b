import type { RazorpayOrderOptions, useRazorpay } from 'react-razorpay';
import type { FormHost, OpenForm } from './model.js';
import { IN_APP, loadScript } from './script.js';

type RazorpayConstructor = ReturnType<typeof useRazorpay>['Razorpay'];
/** Documented by Razorpay, and not in the types: which methods it offers, and how it is closed from outside. */
type Options = RazorpayOrderOptions & { method: Record<string, boolean> };
type Closable = InstanceType<RazorpayConstructor> & { close?(): void };

declare global {
  interface Window {
    Razorpay?: RazorpayConstructor;
  }
}

const METHODS = ['card', 'upi', 'netbanking', 'wallet', 'emi', 'paylater'];

/** Razorpay's Checkout, which lies over our page in a frame of Razorpay's. */
export async function openRazorpay(host: FormHost): Promise<OpenForm> {
  const { payWith, tell } = host;
  await loadScript(payWith.script_url);
  const Razorpay = window.Razorpay;
  if (!Razorpay) throw new Error('the script has made no Razorpay');
  let shown: Closable | undefined;
  const submit = () => {
    let through = false;
    const options: Options = {
      key: payWith.session.key_id ?? payWith.public_key,
      order_id: payWith.session.order_id ?? '',
      amount: host.amount,
      currency: host.currency as Options['currency'],
      name: host.merchant,
      method: Object.fromEntries(METHODS.map((one) => [one, one === host.method])),
      theme: { color: host.look.color },
      retry: { enabled: true },
      modal: {
        // A tap beside the form closes nothing, and its × asks.
        backdropclose: false,
        confirm_close: true,
        ondismiss: () => through || tell({ type: 'open' }),
      },
      handler: () => {
        through = true;
        tell({ type: 'done' });
      },
      ...(parent === window &&
        IN_APP.test(navigator.userAgent) && { redirect: true, callback_url: host.returnUrl() }),
    };
    shown = new Razorpay(options);
    // Its own form says it and offers another try.
    shown.on('payment.failed', ({ error }) =>
      tell({ type: 'declined', code: error?.reason, message: error?.description, open: false }),
    );
    shown.open();
    tell({ type: 'busy' });
  };
  tell({ type: 'open' });
  return { submit, close: () => shown?.close?.() };
}
