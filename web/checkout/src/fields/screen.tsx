import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import { Alert } from '../icons.js';
import { Decline, Notices } from '../screens/notices.js';
import { PayButton, Spinner } from '../screens/parts.js';
import { FieldsPart } from './part.js';

/** The processor's form: a place for it while it loads, our button, and the way to pay otherwise. */
export function Fields() {
  const checkout = useCheckout();
  const { form = 'loading', payment, method } = useCheckoutState();
  const { t } = useText();
  const part = useMemo(() => new FieldsPart(checkout), [checkout]);
  const place = useRef<HTMLDivElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus();
    if (place.current) void part.load(place.current);
    return () => part.leave();
  }, [part]);
  const { title: processor = '', overlay = false } = part.theirs ?? {};
  const waits = form === 'checking';
  return (
    <form
      class="form their"
      data-test-id="fields-state"
      data-form={form}
      data-overlay={overlay ? '' : undefined}
      aria-busy={form === 'loading' || form === 'busy' || waits}
      onSubmit={(event) => {
        event.preventDefault();
        part.submit();
      }}
    >
      <h2 tabIndex={-1} ref={title}>
        {t(waits ? 'fields_checking' : `method.${payment?.method ?? method}`)}
      </h2>
      <Decline />
      <Notices />
      {form === 'failed' ? (
        <div class="alert" role="alert" data-test-id="fields-failed">
          <Alert />
          <p>{t('fields_failed')}</p>
        </div>
      ) : null}
      <div class="place" hidden={form === 'failed' || waits}>
        {form === 'loading' ? <Skeleton overlay={overlay} label={t('fields_loading')} /> : null}
        {overlay && form !== 'loading' ? <p>{t('fields_overlay', { processor })}</p> : null}
        <div ref={place} class="theirs" />
      </div>
      {waits ? (
        <div class="state" role="status">
          <Spinner />
          <p>{t('fields_checking_text', { processor })}</p>
          <p class="quiet reference">
            {t('reference')}: <bdi>{payment?.id}</bdi>
          </p>
        </div>
      ) : null}
      <Buttons retry={() => place.current && void part.load(place.current)} />
      {waits ? null : <p class="quiet">{t('fields_text', { processor })}</p>}
    </form>
  );
}

function Buttons({ retry }: { retry(): void }) {
  const checkout = useCheckout();
  const { form, busy } = useCheckoutState();
  const { t } = useText();
  if (form === 'checking') return null;
  return (
    <div class="stack">
      {form === 'failed' ? (
        <button type="button" class="primary" onClick={retry} data-test-id="fields-again">
          {t('fields_again')}
        </button>
      ) : (
        <PayButton disabled={form !== 'open'} working={form === 'busy'} />
      )}
      <button
        type="button"
        class="link"
        disabled={busy || form === 'busy'}
        data-test-id="fields-cancel"
        onClick={() => void checkout.cancel()}
      >
        {t('other_method')}
      </button>
    </div>
  );
}

/** As high as what comes in its place, so that nothing moves. */
function Skeleton({ overlay, label }: { overlay: boolean; label: string }) {
  return (
    <div class="skeleton" role="status" data-test-id="fields-loading">
      <span class="hidden">{label}</span>
      {overlay ? <i /> : [0, 1, 2].map((line) => <i key={line} />)}
    </div>
  );
}
