import { Link } from '@tanstack/react-router';
import type { CSSProperties, ReactNode } from 'react';
import type { Overview } from '../../api/types';
import { formatAmount, formatCount } from '../../lib/money';
import { Amount } from '../../ui/Amount';
import classes from './Home.module.css';
import { compared, percent } from './percent';

/** What the earlier span is called. */
export const BEFORE: Record<Overview['range'], string> = {
  today: 'yesterday by now',
  '7d': 'the 7 days before',
  '30d': 'the 30 days before',
  '90d': 'the 90 days before',
};

/** The figures of the span, each beside that of the span before. */
export function Stats({ overview }: { overview: Overview }) {
  const { payments, deliveries, currencies, before, main_currency: currency } = overview;
  const main = currencies[0];
  const earlier = before.currencies.find((one) => one.currency === currency);
  const count = (value: number) => formatCount(value, currency);
  const open = payments.pending + payments.requires_action;
  // What waits longer than it should is not delivered either.
  const sent = deliveries.success + deliveries.failed + deliveries.late;
  const than = (now: number, then: number) => <Than now={now} then={then} word={BEFORE[overview.range]} />;
  return (
    <div className={classes.stats} data-test-id="stats-container">
      <Stat label="Gross" testId="total-amount" value={formatAmount(main?.gross ?? 0, currency)}>
        {currencies.length > 1 ? <Others currencies={currencies.slice(1)} /> : 'captured, before refunds'}
        {than(main?.gross ?? 0, earlier?.gross ?? 0)}
      </Stat>
      <Stat label="Payments" testId="total-transactions" value={count(payments.total)}>
        {count(payments.success)} succeeded, {count(payments.failed)} failed
        {open > 0 && `, ${count(open)} open`}
        {than(payments.total, before.payments.total)}
      </Stat>
      <Stat
        label="Success rate"
        testId="success-rate"
        value={payments.success_rate === null ? '–' : percent(payments.success_rate)}
      >
        {payments.success_rate === null ? 'No payment has been decided yet.' : 'of decided payments'}
        {payments.success_rate !== null && before.payments.success_rate !== null && (
          <span className={classes.than}>
            {percent(before.payments.success_rate)} in {BEFORE[overview.range]}
          </span>
        )}
      </Stat>
      <Stat label="Refunds" value={formatAmount(main?.refunded ?? 0, currency)}>
        <Amount minor={main?.net ?? 0} currency={currency} /> kept
        {than(main?.refunded ?? 0, earlier?.refunded ?? 0)}
      </Stat>
      <Stat label="Webhooks delivered" value={sent ? percent(deliveries.success / sent) : '–'}>
        <Link to="/dashboard/webhooks" search={{ status: 'failed' }} className="link">
          {count(deliveries.failed)} failed
        </Link>
        , {count(deliveries.pending)} waiting
      </Stat>
    </div>
  );
}

function Others({ currencies }: { currencies: Overview['currencies'] }) {
  return currencies.map((one, index) => (
    <span key={one.currency}>
      {index > 0 && ' · '}
      <Amount minor={one.gross} currency={one.currency} />
    </span>
  ));
}

function Stat(props: { label: string; value: string; testId?: string; children?: ReactNode }) {
  return (
    <div className={classes.stat}>
      <div className={classes.label}>{props.label}</div>
      <div
        className={classes.value}
        data-test-id={props.testId}
        // A long number gets smaller letters: it never breaks.
        style={{ '--characters': props.value.length } as CSSProperties}
      >
        {props.value}
      </div>
      <div className={`${classes.note} in-text`}>{props.children}</div>
    </div>
  );
}

/** `+12% on the 7 days before`; nothing where both are nothing. */
function Than({ now, then, word }: { now: number; then: number; word: string }) {
  if (now === 0 && then === 0) return null;
  return (
    <span className={classes.than} data-test-id="compared">
      {then === 0 ? `none in ${word}` : `${compared(now, then)} on ${word}`}
    </span>
  );
}
