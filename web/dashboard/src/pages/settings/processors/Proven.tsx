import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatAmount } from '../../../lib/money';
import { Code } from '../../../ui/Copy';
import { Ago, Time } from '../../../ui/Time';
import classes from './Processors.module.css';
import { type Account, type Proof, proofQuery } from './queries';

/** What the processor itself has said: the last check's exchanges, and the newest of each that it has confirmed. */
export function Proven({ account }: { account: Account }) {
  const proof = useQuery(proofQuery(account.id));
  const said = proof.data;
  return (
    <section data-test-id="proven" aria-label={`What is proven of ${account.label ?? account.public_key}`}>
      <h3 className={classes.heading}>What is proven</h3>
      {proof.isError && <p role="alert">{proof.error.message}</p>}
      <ul className={classes.proof} aria-busy={proof.isPending}>
        <Seen
          what="Credentials"
          at={said?.problem === null ? said.checked_at : null}
          none="not by the last check"
        />
        <Seen what="Payment" at={said?.payment?.at} none="none seen">
          {said?.payment && <Money of={said.payment} />}
        </Seen>
        <Seen what="Capture" at={said?.capture?.at} none="none seen">
          {said?.capture && <Money of={said.capture} />}
        </Seen>
        <Seen what="Refund" at={said?.refund?.at} none="none seen">
          {said?.refund && <Money of={said.refund} />}
        </Seen>
        <Seen what="Notice" at={said?.notice?.at} none="none of a payment seen">
          {said?.notice && <span className="mono">{said.notice.type}</span>}
        </Seen>
      </ul>
      {said?.checks.map((one) => (
        <Exchange key={`${one.at} ${one.path}`} of={one} />
      ))}
    </section>
  );
}

interface SeenProps {
  what: string;
  at: string | null | undefined;
  none: string;
  children?: ReactNode;
}

function Seen({ what, at, none, children }: SeenProps) {
  return (
    <li data-seen={Boolean(at)} data-test-id={`proven-${what.toLowerCase()}`}>
      <span className={classes.mark} aria-hidden="true">
        {at ? '✓' : '–'}
      </span>
      <span>
        {what}: {at ? <Ago at={at} /> : <span className="muted">{none}</span>}
        {at && children && <> · {children}</>}
      </span>
    </li>
  );
}

function Money({ of }: { of: NonNullable<Proof['payment']> }) {
  return (
    <Link
      className="link"
      to="/dashboard/transactions/$paymentId"
      params={{ paymentId: of.payment_id }}
      title={of.reference ?? undefined}
    >
      {formatAmount(of.amount, of.currency)}
    </Link>
  );
}

const shown = (body: unknown) => (body == null ? 'nothing' : JSON.stringify(body, null, 2));

/** What the last check has asked, and what came. */
function Exchange({ of }: { of: Proof['checks'][number] }) {
  const answer = of.response_code ? `answered ${of.response_code}` : (of.error ?? 'no answer');
  return (
    <details className={classes.asked} data-test-id="check-exchange">
      <summary>
        Last check: {of.method} {of.path}, {answer} in {of.duration_ms} ms
      </summary>
      <p className="muted">
        <Time at={of.at} />
        {of.error && `: ${of.error}`}. What could be secret is left out.
      </p>
      {of.request != null && <Code label="what the check asked" text={shown(of.request)} />}
      <Code label="what the check was answered" text={shown(of.response)} />
    </details>
  );
}
