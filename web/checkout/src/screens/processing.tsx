import { useEffect, useState } from 'preact/hooks';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import type { MessageKey } from '../locales/en.js';
import { Spinner } from './parts.js';

/** Seconds after which the text says more; the last one is when closing is offered. */
const STEPS: [number, MessageKey][] = [
  [60, 'processing_60'],
  [20, 'processing_20'],
  [5, 'processing_5'],
  [0, 'processing_text'],
];

export function Processing() {
  const checkout = useCheckout();
  const { payment } = useCheckoutState();
  const { t } = useText();
  const started = payment ? Date.parse(payment.created_at) : checkout.now();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const tick = () => setSeconds((checkout.now() - started) / 1000);
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [checkout, started]);
  const [, text] = STEPS.find(([from]) => seconds >= from) ?? [0, 'processing_text' as MessageKey];
  return (
    <section class="state" data-test-id="processing-state" aria-busy="true">
      <Spinner />
      <h2>{t('processing')}</h2>
      <p role="status" data-test-id="processing-message">
        {t(text)}
      </p>
      {payment ? (
        <p class="quiet reference">
          {t('reference')}: <bdi>{payment.id}</bdi>
        </p>
      ) : null}
      {payment?.next_action ? (
        // It waits in a form that this page cannot show.
        <button
          type="button"
          class="link"
          onClick={() => void checkout.cancel()}
          data-test-id="processing-cancel"
        >
          {t('other_method')}
        </button>
      ) : null}
      {seconds >= 60 && checkout.parent.framed ? (
        <button type="button" class="secondary" onClick={() => checkout.close('close_button', true)}>
          {t('closing_leave')}
        </button>
      ) : null}
    </section>
  );
}
