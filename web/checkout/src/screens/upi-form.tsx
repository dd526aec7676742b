import { useEffect, useRef, useState } from 'preact/hooks';
import { visible } from '../card/digits.js';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import { QrIcon, UpiIcon } from '../icons.js';
import { Field, PayButton } from './parts.js';

const VPA = /^[a-zA-Z0-9._-]+@[a-zA-Z0-9]+$/;

/**
 * A code on a desktop, the apps on a phone. Typing one's own address (collect) ended in India in February 2026: there is a
 * field for the simulated bank's addresses alone.
 */
export function UpiForm() {
  const checkout = useCheckout();
  const { mode } = checkout.session;
  const { mobile } = checkout.boot;
  const { busy, online, fieldError } = useCheckoutState();
  const { t } = useText();
  const form = useRef<HTMLFormElement>(null);
  const [error, setError] = useState(false);
  useEffect(() => {
    if (fieldError?.field === 'vpa') setError(true);
  }, [fieldError]);
  const kind = mobile ? 'upi_app' : 'upi_qr';

  const submit = (event: Event) => {
    event.preventDefault();
    const input = form.current?.elements.namedItem('vpa') as HTMLInputElement;
    // No keyboard types the other spaces either.
    const vpa = visible(input.value.replace(/[^\S ]/g, '')).trim();
    const valid = VPA.test(vpa);
    setError(!valid);
    if (!valid) return input.focus();
    input.value = vpa;
    void checkout.pay({ method: 'upi', vpa });
  };

  return (
    <form class="form" data-test-id="upi-form" onSubmit={submit} noValidate ref={form} aria-busy={busy}>
      <fieldset class="fields" disabled={busy}>
        <div class="tile">
          <span class="tile-icon">{mobile ? <UpiIcon /> : <QrIcon />}</span>
          <div>
            <p class="tile-title">{t(`${kind}_title`)}</p>
            <p class="quiet">{t(`${kind}_text`)}</p>
          </div>
          <button
            type="button"
            class="secondary"
            data-test-id="upi-start"
            disabled={!online}
            onClick={() => void checkout.pay({ method: 'upi', flow: mobile ? 'intent' : 'qr' })}
          >
            {t(`${kind}_button`)}
          </button>
        </div>
        {mode === 'test' ? (
          <>
            <p class="or">
              <span>{t('upi_or')}</span>
            </p>
            <Field
              name="vpa"
              label={t('vpa')}
              initial=""
              testId="vpa-input"
              inputMode="email"
              placeholder="name@bank"
              retryFocus
              error={error ? t('vpa_invalid') : undefined}
              onInput={() => {
                setError(false);
                checkout.set({ dirty: true });
              }}
            />
            <PayButton />
          </>
        ) : null}
      </fieldset>
    </form>
  );
}
