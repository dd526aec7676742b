import type { Checkout } from './checkout.js';
import { CheckoutProvider, useCheckout, useCheckoutState, useText } from './context.js';
import { Lock } from './icons.js';
import { Closing } from './screens/closing.js';
import type { View } from './state.js';

/** What a page can show. What it lacks is another page's: see `Core.renew`. */
export type Screens = Partial<Record<View, () => preact.JSX.Element>> & {
  processing: () => preact.JSX.Element;
};

export function App({ checkout, screens }: { checkout: Checkout; screens: Screens }) {
  return (
    <CheckoutProvider value={checkout}>
      <Page screens={screens} />
    </CheckoutProvider>
  );
}

function Page({ screens }: { screens: Screens }) {
  const { view, confirming } = useCheckoutState();
  const Screen = screens[view] ?? screens.processing;
  return (
    <main class="page" data-test-id="checkout-container" data-view={view}>
      <div class="content" inert={confirming !== undefined}>
        <Summary />
        <Screen />
        <Footer />
      </div>
      {confirming === undefined ? null : <Closing reason={confirming} />}
    </main>
  );
}

/** Which size keeps an amount on one line in the narrowest frame. */
const sizeOf = ({ length }: string) => (length > 16 ? 'longest' : length > 11 ? 'long' : undefined);

function Summary() {
  const { session } = useCheckout();
  const { t, amount } = useText();
  const { name } = session.merchant;
  return (
    <header class="summary" data-test-id="order-summary">
      <span class="avatar" aria-hidden="true">
        {[...name][0]?.toUpperCase()}
      </span>
      <div class="who">
        <p class="merchant">
          <bdi>{name}</bdi>
        </p>
        <p class="order" data-test-id="order-id">
          {session.order.id}
        </p>
      </div>
      {session.mode === 'test' ? <span class="ribbon">{t('test_mode')}</span> : null}
      <h1 class="amount" data-size={sizeOf(amount)} data-test-id="order-amount">
        {amount}
      </h1>
    </header>
  );
}

function Footer() {
  const { t } = useText();
  return (
    <footer class="footer">
      <Lock /> {t('secured')}
    </footer>
  );
}
