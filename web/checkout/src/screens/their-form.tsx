import { useCheckout, useCheckoutState, useText } from '../context.js';
import { Lock } from '../icons.js';
import { PayButton } from './parts.js';

/** A method whose details the processor asks for: here nothing is typed, and the next page has its form. */
export function TheirForm() {
  const checkout = useCheckout();
  const { busy, method } = useCheckoutState();
  const { t } = useText();
  const submit = (event: Event) => {
    event.preventDefault();
    void checkout.pay({ method });
  };
  return (
    <form class="form" data-test-id="their-form" onSubmit={submit} aria-busy={busy}>
      <div class="tile">
        <span class="tile-icon">
          <Lock />
        </span>
        <p class="quiet">{t('their_text')}</p>
      </div>
      <PayButton label="continue" />
    </form>
  );
}
