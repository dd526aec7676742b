import { useEffect, useRef, useState } from 'preact/hooks';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import { loadInstruments } from '../instruments/load.js';
import { PayButton } from './parts.js';

/** Net banking and wallets: which bank, or which wallet. Its own page asks for all the rest. */
export function InstrumentForm({ method }: { method: 'netbanking' | 'wallet' }) {
  const checkout = useCheckout();
  const { busy, online, fieldError } = useCheckoutState();
  const { t } = useText();
  const place = useRef<HTMLDivElement>(null);
  const [loaded, setLoaded] = useState<boolean>();
  const [error, setError] = useState(false);
  const field = method === 'wallet' ? 'wallet' : 'bank';

  useEffect(() => {
    let unmount: (() => void) | undefined;
    let gone = false;
    setLoaded(undefined);
    loadInstruments(checkout.boot.instruments).then(
      ({ mount }) => {
        if (gone || !place.current) return;
        unmount = mount(place.current, {
          method,
          codes: checkout.session.instruments?.[method] ?? [],
          chosen: checkout.chosen[method],
          t,
          choose(code) {
            checkout.chosen[method] = code;
            checkout.set({ dirty: true });
            if (code) setError(false);
          },
        });
        setLoaded(true);
      },
      () => setLoaded(false),
    );
    return () => {
      gone = true;
      unmount?.();
    };
    // Once more when the connection is back.
  }, [method, online]);
  useEffect(() => {
    if (fieldError?.field === field) setError(true);
  }, [fieldError]);

  const submit = (event: Event) => {
    event.preventDefault();
    const code = checkout.chosen[method];
    setError(!code);
    if (code) return void checkout.pay({ method, [field]: code });
    place.current?.querySelector('input')?.focus();
  };

  return (
    <form
      class="form"
      data-test-id={`${method}-form`}
      onSubmit={submit}
      noValidate
      aria-busy={busy || loaded === undefined}
    >
      <fieldset class="fields" disabled={busy}>
        {loaded === undefined ? <div class="waiting" data-test-id="instruments-loading" /> : null}
        {loaded === false ? <p class="notice">{t('notice.failed')}</p> : null}
        <div class="fields" ref={place} />
        {error ? (
          <p class="error" role="alert" data-test-id="instrument-error">
            {t(`${field}_required`)}
          </p>
        ) : null}
        <PayButton />
      </fieldset>
    </form>
  );
}
