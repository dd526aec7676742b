import { useEffect, useRef } from 'preact/hooks';
import { networkName } from '../card/brands.js';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import { Notices } from './notices.js';

/** The step of 3-D Secure, inside our own page. In test mode the simulated bank's page stands here. */
export function Challenge() {
  const checkout = useCheckout();
  const { payment, busy } = useCheckoutState();
  const { t, amount } = useText();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const card = `${networkName(payment?.card_network)} •••• ${payment?.card_last4 ?? ''}`.trim();
  return (
    <section class="state bank" data-test-id="challenge-state">
      <p class="bank-name">{t('challenge_bank')}</p>
      <h2 tabIndex={-1} ref={title}>
        {t('challenge_title')}
      </h2>
      <p>{t('challenge_text', { amount, card })}</p>
      <Notices />
      <div class="stack">
        <button
          type="button"
          class="primary"
          disabled={busy}
          data-test-id="challenge-approve"
          onClick={() => void checkout.authenticate('success')}
        >
          {t('challenge_approve')}
        </button>
        <button
          type="button"
          class="secondary"
          disabled={busy}
          data-test-id="challenge-decline"
          onClick={() => void checkout.authenticate('failure')}
        >
          {t('challenge_decline')}
        </button>
        <button
          type="button"
          class="link"
          disabled={busy}
          data-test-id="challenge-cancel"
          onClick={() => void checkout.cancel()}
        >
          {t('other_method')}
        </button>
      </div>
    </section>
  );
}
