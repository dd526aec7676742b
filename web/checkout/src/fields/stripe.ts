import type { Stripe, StripeConstructor, StripeElementLocale, StripeError } from '@stripe/stripe-js';
import type { FormEvent, FormHost, OpenForm } from './model.js';
import { inTime, loadScript } from './script.js';

declare global {
  interface Window {
    Stripe?: StripeConstructor;
  }
}

/** What an intent can still be paid in. */
const PAYABLE = /^requires_(payment_method|confirmation|action)$/;

/** Stripe's Payment Element, as part of our page: its fields are in frames of Stripe's. */
export async function openStripe(host: FormHost): Promise<OpenForm> {
  const { payWith, look, tell } = host;
  const clientSecret = payWith.session.client_secret ?? '';
  await loadScript(payWith.script_url);
  if (!window.Stripe) throw new Error('the script has made no Stripe');
  const locale = host.locale as StripeElementLocale;
  const stripe: Stripe = window.Stripe(payWith.public_key, { locale });
  // A shopper may come back, or look from a second tab, once it is paid: then there is nothing to fill in.
  const { paymentIntent } = await inTime(stripe.retrievePaymentIntent(clientSecret));
  if (paymentIntent && !PAYABLE.test(paymentIntent.status)) {
    tell({ type: 'done' });
    return { submit() {}, close() {} };
  }
  const refused = paymentIntent?.status === 'requires_payment_method' && paymentIntent.last_payment_error;
  const elements = stripe.elements({
    clientSecret,
    locale,
    appearance: {
      theme: look.dark ? 'night' : 'stripe',
      variables: { colorPrimary: look.color, borderRadius: look.radius },
    },
  });
  // Wallets would load from hosts that the page's policy does not name.
  const element = elements.create('payment', { wallets: { applePay: 'never', googlePay: 'never' } });
  await inTime(
    new Promise<void>((resolve, reject) => {
      element.on('ready', () => resolve());
      element.on('loaderror', ({ error }) => reject(new Error(error.message)));
      element.mount(host.container);
    }),
  );
  element.on('change', ({ empty }) => empty || tell({ type: 'changed' }));
  element.on('escape', () => tell({ type: 'escape' }));
  tell(refused ? declined(refused) : { type: 'open' });

  const confirm = async () => {
    tell({ type: 'busy' });
    const { error, paymentIntent } = await stripe.confirmPayment({
      elements,
      confirmParams: { return_url: host.returnUrl() },
      redirect: 'if_required',
    });
    if (error) tell(whatOf(error));
    // A code of UPI that the shopper has closed leaves the intent payable.
    else tell({ type: PAYABLE.test(paymentIntent.status) ? 'open' : 'done' });
  };
  return { submit: () => void confirm().catch(() => tell({ type: 'lost' })), close: () => element.destroy() };
}

type Refusal = { message?: string | undefined; code?: string | undefined; decline_code?: string | undefined };
const declined = ({ message, code, decline_code }: Refusal): FormEvent => ({
  type: 'declined',
  message,
  code: decline_code ?? code,
  open: true,
});

function whatOf(error: StripeError): FormEvent {
  // Said beside the field by the form itself.
  if (error.type === 'validation_error') return { type: 'open' };
  if (error.type === 'card_error' || error.code === 'payment_intent_authentication_failure')
    return declined(error);
  // What is no card's is declined with an error of another type: the intent asks for the next try.
  if (error.payment_intent?.status === 'requires_payment_method') return declined(error);
  // Paid in another tab, or closed by us; or nobody knows.
  return error.code === 'payment_intent_unexpected_state' ? { type: 'done' } : { type: 'lost' };
}
