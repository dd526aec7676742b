import { useCheckout, useCheckoutState, useText } from '../context.js';
import { CardIcon, UpiIcon } from '../icons.js';
import type { Method } from '../types.js';
import { CardForm } from './card-form.js';
import { Decline, Notices } from './notices.js';
import { TheirForm } from './their-form.js';
import { UpiForm } from './upi-form.js';

/** Method choice and the chosen method's form, in one document so that autofill sees all of it. */
export function PayForm() {
  const { methods, method } = useCheckoutState();
  const { forms } = useCheckout().session;
  const Own = method === 'card' ? CardForm : UpiForm;
  return (
    <>
      <Expiring />
      <Decline />
      <Notices />
      {methods.length > 1 ? <Methods /> : <div data-test-id="payment-methods" />}
      {forms?.[method] === 'processor' ? <TheirForm /> : <Own />}
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
