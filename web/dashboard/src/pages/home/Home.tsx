import { SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../../api/client';
import type { Overview } from '../../api/types';
import { askZoned } from '../../api/zoned';
import { formatAmount } from '../../lib/money';
import { timeZone } from '../../lib/time';
import { useSession } from '../../session/session';
import { type Bar, Bars } from '../../ui/Bars';
import { Failure } from '../../ui/Failure';
import { Page, Panel } from '../../ui/Page';
import { PageSkeleton } from '../../ui/PageSkeleton';
import { useFilters } from '../../ui/useFilters';
import { Attention } from './Attention';
import { Credentials } from './Credentials';
import { FirstSteps } from './FirstSteps';
import classes from './Home.module.css';
import { percent } from './percent';

const RANGES = [
  { value: 'today', label: 'Today' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
];

/** What a merchant looks at first: money, success, trouble, and what to do next. */
export function Home() {
  const session = useSession();
  const [filters, change] = useFilters();
  const range = RANGES.some((one) => one.value === filters.range) ? filters.range : '7d';
  const overview = useQuery({
    queryKey: ['overview', range],
    queryFn: () =>
      askZoned((time_zone) =>
        ask(api.GET('/api/v1/overview', { params: { query: { range: range as '7d', time_zone } } })),
      ),
    placeholderData: keepPreviousData,
  });
  return (
    <Page
      title="Overview"
      lead={session.merchant.email}
      actions={
        <SegmentedControl
          aria-label="Span"
          size="xs"
          data={RANGES}
          value={range}
          onChange={(value) => change({ range: value === '7d' ? undefined : value })}
        />
      }
    >
      {overview.isError && <Failure error={overview.error} retry={() => overview.refetch()} />}
      {overview.isPending && <PageSkeleton />}
      {overview.data && overview.data.zone === 'UTC' && timeZone() !== 'UTC' && (
        <p className="muted" role="status" data-test-id="zone-note">
          The gateway does not know the time zone {timeZone()}: days and hours below are those of UTC.
        </p>
      )}
      {overview.data && <Figures overview={overview.data.answer} />}
    </Page>
  );
}

function Figures({ overview }: { overview: Overview }) {
  const { payments, deliveries, currencies, main_currency: currency } = overview;
  const main = currencies[0];
  // What waits longer than it should is not delivered either.
  const sent = deliveries.success + deliveries.failed + deliveries.late;
  const others = currencies.slice(1);
  return (
    <>
      <Attention attention={overview.attention} />
      <FirstSteps progress={overview.progress} />
      <div className={classes.stats} data-test-id="stats-container">
        <Stat label="Gross" testId="total-amount" value={formatAmount(main?.gross ?? 0, currency)}>
          {others.map((one) => formatAmount(one.gross, one.currency)).join(' · ') ||
            'captured, before refunds'}
        </Stat>
        <Stat label="Payments" testId="total-transactions" value={String(payments.total)}>
          {payments.success} succeeded, {payments.failed} failed
          {payments.pending + payments.requires_action > 0 &&
            `, ${payments.pending + payments.requires_action} open`}
        </Stat>
        <Stat
          label="Success rate"
          testId="success-rate"
          value={payments.success_rate === null ? '0%' : percent(payments.success_rate)}
        >
          {payments.success_rate === null ? 'no payment is decided yet' : 'of decided payments'}
        </Stat>
        <Stat label="Refunds" value={formatAmount(main?.refunded ?? 0, currency)}>
          {formatAmount(main?.net ?? 0, currency)} kept
        </Stat>
        <Stat label="Webhooks delivered" value={sent ? percent(deliveries.success / sent) : '–'}>
          <Link to="/dashboard/webhooks" search={{ status: 'failed' }} className="link">
            {deliveries.failed} failed
          </Link>
          , {deliveries.pending} waiting
        </Stat>
      </div>
      <div className={classes.columns}>
        <Panel title="Payments over time" lead="Successful and failed, by your clock.">
          <Bars title="Payments over time" bars={bars(overview)} />
        </Panel>
        <Panel title="Why payments failed">
          <Failures overview={overview} />
        </Panel>
      </div>
      <Credentials />
    </>
  );
}

function Stat(props: { label: string; value: string; testId?: string; children?: React.ReactNode }) {
  return (
    <div className={classes.stat}>
      <div className={classes.label}>{props.label}</div>
      <div className={classes.value} data-test-id={props.testId}>
        {props.value}
      </div>
      <div className={`${classes.note} in-text`}>{props.children}</div>
    </div>
  );
}

function Failures({ overview }: { overview: Overview }) {
  const most = overview.failures[0]?.count ?? 1;
  if (overview.failures.length === 0) return <p className="muted">No payment failed. </p>;
  return (
    <ul className={classes.failures}>
      {overview.failures.map((failure) => (
        <li key={failure.error_code}>
          <div className={classes.failure}>
            <span>{failure.description ?? failure.error_code}</span>
            <span className="num">{failure.count}</span>
          </div>
          <div className={classes.track}>
            <div style={{ width: `${(failure.count / most) * 100}%` }} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function bars(overview: Overview): Bar[] {
  const hours = overview.range === 'today';
  const format = new Intl.DateTimeFormat(
    undefined,
    hours ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : { day: 'numeric', month: 'short' },
  );
  return overview.steps.map((step) => {
    const label = format.format(new Date(step.at));
    const money = formatAmount(step.gross, overview.main_currency);
    return {
      label,
      text: `${label}: ${step.success} succeeded, ${step.failed} failed, ${money}`,
      value: step.success + step.failed,
      bad: step.failed,
    };
  });
}
