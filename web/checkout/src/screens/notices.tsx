import { useEffect, useRef } from 'preact/hooks';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import { Alert } from '../icons.js';

/** Why the last payment failed and what to do next; the form below is kept. */
export function Decline() {
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
