import { useCheckout, useCheckoutState, useText } from '../context.js';
import { BankIcon, CardIcon, UpiIcon, WalletIcon } from '../icons.js';
import type { Method } from '../types.js';
import { CardForm } from './card-form.js';
import { InstrumentForm } from './instrument-form.js';
import { Decline, Notices } from './notices.js';
import { TheirForm } from './their-form.js';
import { UpiForm } from './upi-form.js';

const ICONS = { card: CardIcon, upi: UpiIcon, netbanking: BankIcon, wallet: WalletIcon };

const OWN: Record<Method, () => preact.JSX.Element> = {
  card: () => <CardForm />,
  upi: () => <UpiForm />,
  netbanking: () => <InstrumentForm method="netbanking" key="netbanking" />,
  wallet: () => <InstrumentForm method="wallet" key="wallet" />,
};

/** Method choice and the chosen method's form, in one document so that autofill sees all of it. */
export function PayForm() {
  const { methods, method } = useCheckoutState();
  const { forms } = useCheckout().session;
  return (
    <>
      <Expiring />
      <Decline />
      <Notices />
      {methods.length > 1 ? <Methods /> : <div data-test-id="payment-methods" />}
      {forms?.[method] === 'processor' ? <TheirForm /> : OWN[method]()}
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
            {ICONS[one]()}
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
