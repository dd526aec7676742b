import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { encode } from 'uqr';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import { codeLink, linkFor, payeeOf, UPI_APPS } from '../upi.js';
import { Notices } from './notices.js';
import { copy, Spinner, TestPanel } from './parts.js';

/**
 * Waits for the approval in the shopper's UPI app: of a request that is there already where an address was typed,
 * else by a code on a desktop and the apps themselves on a phone.
 */
export function UpiWait() {
  const checkout = useCheckout();
  const { payment } = useCheckoutState();
  const { boot, session } = checkout;
  const { t, amount } = useText();
  const [code, setCode] = useState(!boot.mobile);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  if (!payment) return <Spinner />;
  if (payment.next_action?.type === 'upi_approval') {
    return (
      <section class="state" data-test-id="upi-state">
        <h2 tabIndex={-1} ref={title}>
          {t('upi_request')}
        </h2>
        <p>{t('upi_request_text', { amount })}</p>
        <Notices />
        <TimeLeft since={payment.created_at} seconds={session.action_seconds} />
        <p class="row">
          <OtherMethod />
        </p>
        {payment.code ? <Simulator /> : null}
      </section>
    );
  }
  const { uri } = payment.next_action ?? {};
  if (!uri) return <Spinner />;
  const link = codeLink(uri, payment.code?.number ?? 1);
  return (
    <section class="state" data-test-id="upi-state">
      <h2 tabIndex={-1} ref={title}>
        {code ? t('upi_scan', { amount }) : t('upi_open')}
      </h2>
      <p>{code ? t('upi_scan_text') : t('upi_open_text')}</p>
      {code ? <QrCode text={link} label={t('upi_scan', { amount })} /> : <Apps link={link} />}
      <Notices />
      <TimeLeft since={payment.code?.issued_at ?? payment.created_at} seconds={session.action_seconds} />
      <p class="quiet">
        {t('upi_payee')} <bdi>{payeeOf(uri)}</bdi>
      </p>
      <p class="row">
        {code && payment.code?.left ? <Refresh number={payment.code.number} /> : null}
        <CopyLink text={link} key={link} />
        {boot.mobile && !code ? (
          <button type="button" class="link" onClick={() => setCode(true)}>
            {t('upi_show_qr')}
          </button>
        ) : null}
        <OtherMethod />
      </p>
      {payment.code ? <Simulator /> : null}
    </section>
  );
}

function OtherMethod() {
  const checkout = useCheckout();
  const { busy } = useCheckoutState();
  const { t } = useText();
  return (
    <button
      type="button"
      class="link"
      disabled={busy}
      data-test-id="upi-cancel"
      onClick={() => void checkout.cancel()}
    >
      {t('other_method')}
    </button>
  );
}

function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { data, size: modules } = encode(text, { ecc: 'M', border: 4 });
    const dark = data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : '')));
    return { size: modules, path: dark.join('') };
  }, [text]);
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} data-test-id="upi-qr">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}

/** Real links that a finger follows: a script that sets the address is stopped by frames and web views. */
/** Each opens from the top: inside a frame it would be a navigation of the frame, which the policy of a shop that
 * names none but our origin refuses, and our page would be gone. */
function Apps({ link }: { link: string }) {
  const { t } = useText();
  return (
    <ul class="apps" data-test-id="upi-apps">
      {UPI_APPS.map(({ id, name, scheme }) => (
        <li key={id}>
          <a href={linkFor(link, scheme)} target="_top" class="secondary">
            {name}
          </a>
        </li>
      ))}
      <li>
        <a href={link} target="_top" class="secondary">
          {t('upi_other')}
        </a>
      </li>
    </ul>
  );
}

/** From the payment's own time, so that a sleeping tab shows the truth when it wakes. */
function TimeLeft({ since, seconds }: { since: string; seconds: number }) {
  const checkout = useCheckout();
  const { t } = useText();
  const left = () => Math.max(0, Math.ceil((Date.parse(since) + seconds * 1000 - checkout.now()) / 1000));
  const [now, setNow] = useState(left);
  useEffect(() => {
    const tick = () => setNow(left());
    tick();
    const timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [since]);
  const time = `${Math.floor(now / 60)}:${String(now % 60).padStart(2, '0')}`;
  return (
    <p class="time-left" data-test-id="time-left">
      <progress value={now} max={seconds} aria-label={t('time_left', { time })} />
      <span aria-hidden="true">{t('time_left', { time })}</span>
    </p>
  );
}

/** Another code for the same payment: the one on the screen would not scan, or its time is nearly over. */
function Refresh({ number }: { number: number }) {
  const checkout = useCheckout();
  const { t } = useText();
  return (
    <>
      {/* Not disabled while it asks: that would take the focus away. */}
      <button
        type="button"
        class="link"
        data-test-id="upi-refresh"
        onClick={() => void checkout.refreshCode()}
      >
        {t('upi_refresh')}
      </button>
      <span class="hidden" role="status">
        {number > 1 ? t('upi_refreshed', { number }) : ''}
      </span>
    </>
  );
}

function CopyLink({ text }: { text: string }) {
  const { t } = useText();
  const [done, setDone] = useState(false);
  return (
    <button
      type="button"
      class="link"
      onClick={() => {
        copy(text);
        setDone(true);
      }}
    >
      <span role="status">{done ? t('copied') : t('upi_copy')}</span>
    </button>
  );
}

function Simulator() {
  const checkout = useCheckout();
  const { busy } = useCheckoutState();
  const { t } = useText();
  return (
    <TestPanel title={t('simulate')}>
      <p class="quiet">{t('simulate_text')}</p>
      <div class="pair">
        <button
          type="button"
          class="secondary"
          disabled={busy}
          data-test-id="simulate-approve"
          onClick={() => void checkout.authenticate('success')}
        >
          {t('simulate_approve')}
        </button>
        <button
          type="button"
          class="secondary"
          disabled={busy}
          data-test-id="simulate-decline"
          onClick={() => void checkout.authenticate('failure')}
        >
          {t('simulate_decline')}
        </button>
      </div>
    </TestPanel>
  );
}
