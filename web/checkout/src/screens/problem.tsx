import { useEffect, useRef } from 'preact/hooks';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import { Alert } from '../icons.js';

/** A payment that cannot be made: plain words, and the way back. */
export function ProblemScreen() {
  const checkout = useCheckout();
  const { problem = 'internal_error' } = useCheckoutState();
  const { t } = useText();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), [problem]);
  const { returnTo } = checkout.boot;
  return (
    <section class="state problem" data-test-id="problem-state" data-problem={problem}>
      <Alert />
      <h2 tabIndex={-1} ref={title}>
        {t('problem.title')}
      </h2>
      <p role="status">{t(`problem.${problem}`)}</p>
      {checkout.parent.framed ? (
        <button type="button" class="primary" onClick={() => checkout.close('back', true)}>
          {t('back_to_shop')}
        </button>
      ) : returnTo ? (
        <a class="primary" href={returnTo}>
          {t('back_to_shop')}
        </a>
      ) : null}
    </section>
  );
}
