import { useEffect, useRef } from 'preact/hooks';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import { isWorking } from '../leaving.js';

/** Asked before a payment under way, or a filled form, is left. */
export function Closing({ reason }: { reason: string }) {
  const checkout = useCheckout();
  const state = useCheckoutState();
  const { leaving } = state;
  const { t } = useText();
  const stay = useRef<HTMLButtonElement>(null);
  useEffect(() => stay.current?.focus(), []);
  const form = !isWorking(state);
  return (
    <div
      class="sheet"
      role="alertdialog"
      aria-modal="true"
      aria-labelledby="closing-title"
      aria-describedby="closing-text"
      data-test-id="closing"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        checkout.stay();
      }}
    >
      <h2 id="closing-title">{t(form ? 'closing_form_title' : 'closing_title')}</h2>
      <p id="closing-text">{t(form ? 'closing_form_text' : 'closing_text')}</p>
      <div class="pair">
        <button
          type="button"
          class="secondary"
          disabled={leaving !== undefined}
          onClick={() => checkout.close(reason, true)}
          data-test-id="closing-leave"
        >
          {t('closing_leave')}
        </button>
        <button type="button" class="primary" ref={stay} onClick={() => checkout.stay()}>
          {t(form ? 'closing_form_stay' : 'closing_stay')}
        </button>
      </div>
    </div>
  );
}
