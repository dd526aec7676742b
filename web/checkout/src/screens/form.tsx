import { useEffect, useRef } from 'preact/hooks';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import { Alert, CardIcon, UpiIcon } from '../icons.js';
import type { Method } from '../types.js';
import { CardForm } from './card-form.js';
import { UpiForm } from './upi-form.js';

/** Method choice and the chosen method's form, in one document so that autofill sees all of it. */
export function PayForm() {
  const { methods, method } = useCheckoutState();
  return (
    <>
      <Expiring />
      <Decline />
      <Notices />
      {methods.length > 1 ? <Methods /> : <div data-test-id="payment-methods" />}
      {method === 'card' ? <CardForm /> : <UpiForm />}
    </>
  );
}

function Methods() {
  const checkout = useCheckout();
  const { methods, method, busy } = useCheckoutState();
  const { t } = useText();
  return (
    <fieldset class="methods" data-test-id="payment-methods" disabled={busy}>
      <legend class="hidden">{t('pay_with')}</legend>
      {methods.map((one: Method) => (
        <label key={one} class="method" data-test-id={`method-${one}`}>
          <input
            type="radio"
            name="method"
            value={one}
            checked={one === method}
            onChange={() => checkout.choose(one)}
          />
          <span class="method-face">
            {one === 'card' ? <CardIcon /> : <UpiIcon />}
            {t(`method.${one}`)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Why the last payment failed and what to do next; the form below is kept. */
function Decline() {
  const checkout = useCheckout();
  const { decline, declines, attemptsLeft } = useCheckoutState();
  const { t } = useText();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (decline) box.current?.focus();
  }, [decline, declines]);
  if (!decline) return null;
  const again = () => {
    checkout.set({ decline: undefined });
    document.querySelector<HTMLElement>('[data-retry-focus]')?.focus();
  };
  return (
    <div class="alert" role="alert" tabIndex={-1} ref={box} data-test-id="error-state" key={declines}>
      <Alert />
      <div>
        <p data-test-id="error-message">{decline}</p>
        {attemptsLeft <= 3 ? <p class="quiet">{t('attempts_left', { count: attemptsLeft })}</p> : null}
        <button type="button" class="link" data-test-id="retry-button" onClick={again}>
          {t('retry')}
        </button>
      </div>
    </div>
  );
}

/** The one live region of a screen: what is said here interrupts nobody. */
export function Notices() {
  const { online, notice } = useCheckoutState();
  const { t } = useText();
  const text = online ? notice && t(`notice.${notice}`) : t('offline');
  return (
    <div aria-live="polite" class={text ? 'notice' : undefined} data-test-id="notice">
      {text}
    </div>
  );
}

function Expiring() {
  const checkout = useCheckout();
  const { secondsLeft, extensionsLeft } = useCheckoutState();
  const { t } = useText();
  if (secondsLeft === undefined || secondsLeft <= 0) return null;
  return (
    <div class="notice expiring" data-test-id="expiring">
      {/* Said once: a number that is read out every second is noise. */}
      <span aria-hidden="true">{t('expiring', { seconds: secondsLeft })}</span>
      <span class="hidden" role="status">
        {t('expiring', { seconds: 60 })}
      </span>
      {extensionsLeft > 0 ? (
        <button type="button" class="link" onClick={() => void checkout.extend()} data-test-id="more-time">
          {t('more_time')}
        </button>
      ) : null}
    </div>
  );
}
