import { useEffect, useRef, useState } from 'preact/hooks';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import { Check } from '../icons.js';
import { returnAddress } from '../return-address.js';
import { copy } from './parts.js';

/** Seconds until the shop has its page back; the shopper may stop it. */
const RETURN_SECONDS = 3;

export function Success() {
  const checkout = useCheckout();
  const { payment } = useCheckoutState();
  const { t, amount } = useText();
  const title = useRef<HTMLHeadingElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => title.current?.focus(), []);
  return (
    <section class="state" data-test-id="success-state">
      <Check />
      <h2 tabIndex={-1} ref={title}>
        {t('paid')}
      </h2>
      <p data-test-id="success-message" role="status">
        {t('paid_text', { amount, merchant: checkout.session.merchant.name })}
      </p>
      <p class="reference">
        <span class="quiet">{t('payment_id')}</span>{' '}
        <bdi>
          <code data-test-id="payment-id">{payment?.id}</code>
        </bdi>{' '}
        <button
          type="button"
          class="link"
          onClick={() => {
            copy(payment?.id ?? '');
            setCopied(true);
          }}
        >
          {copied ? t('copied') : t('copy')}
        </button>
      </p>
      <Return />
    </section>
  );
}

/** Goes back by itself after three seconds, unless the shopper stays; without a shop there is nothing to do. */
function Return() {
  const checkout = useCheckout();
  const { payment } = useCheckoutState();
  const { t } = useText();
  const [seconds, setSeconds] = useState(RETURN_SECONDS);
  const [staying, setStaying] = useState(false);
  const { returnTo } = checkout.boot;
  const { framed } = checkout.parent;
  const leave = () => {
    if (framed) checkout.close('api', true);
    else if (returnTo && payment && (payment.signature || !payment.captured))
      location.assign(returnAddress(returnTo, payment));
  };
  useEffect(() => {
    if (staying || !(framed || returnTo)) return;
    if (seconds === 0) {
      leave();
      return;
    }
    const timer = setTimeout(() => setSeconds(seconds - 1), 1000);
    return () => clearTimeout(timer);
  }, [seconds, staying, framed, returnTo]);
  if (!framed && !returnTo) return null;
  return (
    <div class="stack">
      <button type="button" class="primary" onClick={leave} data-test-id="return-button">
        {framed ? t('done') : t('return_now')}
      </button>
      {staying ? null : (
        <p class="row quiet">
          {t('returning', { seconds })}
          <button type="button" class="link" onClick={() => setStaying(true)}>
            {t('stay_here')}
          </button>
        </p>
      )}
    </div>
  );
}
