import { useEffect, useRef, useState } from 'preact/hooks';
import { networkName } from '../card/brands.js';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import { loadInstruments } from '../instruments/load.js';
import { Notices } from './notices.js';

/**
 * What a bank asks on a page of its own: the step of 3-D Secure, or where net banking and wallets lead. In test
 * mode the simulated bank's page stands here, inside our own.
 */
export function Challenge() {
  const checkout = useCheckout();
  const { payment, busy } = useCheckoutState();
  const { t, amount } = useText();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const atBank = payment?.next_action?.type === 'bank_page';
  const code = payment?.bank ?? payment?.wallet ?? '';
  const [name, setName] = useState(code);
  useEffect(() => {
    if (code)
      loadInstruments(checkout.boot.instruments).then(
        (known) => setName(known.nameOf(code)),
        () => {},
      );
  }, [code]);
  const card = `${networkName(payment?.card_network)} •••• ${payment?.card_last4 ?? ''}`.trim();
  return (
    <section class="state bank" data-test-id={atBank ? 'bank-state' : 'challenge-state'}>
      <p class="bank-name">{t('challenge_bank')}</p>
      <h2 tabIndex={-1} ref={title}>
        {atBank ? t('bank_title', { name }) : t('challenge_title')}
      </h2>
      <p>{atBank ? t('bank_text', { name, amount }) : t('challenge_text', { amount, card })}</p>
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
