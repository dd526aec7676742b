import { SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import type { Overview } from '../../api/types';
import { askZoned } from '../../api/zoned';
import { formatAmount, formatCount } from '../../lib/money';
import { timeZone } from '../../lib/time';
import { useMode } from '../../session/mode';
import { useSession } from '../../session/session';
import { type Bar, Bars } from '../../ui/Bars';
import { Failure } from '../../ui/Failure';
import { Page, Panel } from '../../ui/Page';
import { PageSkeleton } from '../../ui/PageSkeleton';
import { useFilters } from '../../ui/useFilters';
import { type Checklist, checklistQuery } from '../live/checklist';
import { LivePanel } from '../live/LivePanel';
import { Attention } from './Attention';
import { Credentials } from './Credentials';
import { FirstSteps } from './FirstSteps';
import classes from './Home.module.css';
import { BEFORE, Stats } from './Stats';

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
  // Both at once, so that nothing that is shown moves.
  const live = useMode() === 'live';
  const list = useQuery({ ...checklistQuery, enabled: live });
  const isPending = overview.isPending || (live && list.isPending);
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
      {isPending && <PageSkeleton />}
      {overview.data && overview.data.zone === 'UTC' && timeZone() !== 'UTC' && (
        <p className="muted" role="status" data-test-id="zone-note">
          The gateway does not know the time zone {timeZone()}: days and hours below are those of UTC.
        </p>
      )}
      {overview.data && !isPending && (
        <Figures overview={overview.data.answer} list={live ? list.data : undefined} />
      )}
    </Page>
  );
}

function Figures({ overview, list }: { overview: Overview; list: Checklist | undefined }) {
  const isMissing = list?.items.some((item) => item.done === false);
  return (
    <>
      <Attention attention={overview.attention} />
      <FirstSteps progress={overview.progress} />
      {list && isMissing && !list.is_on && <LivePanel list={list} />}
      <Stats overview={overview} />
      {list?.is_on && isMissing && <LivePanel list={list} />}
      <div className={classes.columns}>
        <Panel title="Payments over time" lead="Successful and failed, by your clock.">
          <Bars
            title="Payments over time"
            bars={bars(overview)}
            before={BEFORE[overview.range]}
            format={(count) => formatCount(count, overview.main_currency)}
          />
        </Panel>
        <Panel title="Why payments failed">
          <Failures overview={overview} />
        </Panel>
      </div>
      <Credentials />
    </>
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
            <span className="num">{formatCount(failure.count, overview.main_currency)}</span>
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
  const count = (value: number) => formatCount(value, overview.main_currency);
  return overview.steps.map((step, index) => {
    const label = format.format(new Date(step.at));
    const money = formatAmount(step.gross, overview.main_currency);
    const earlier = overview.before.steps[index];
    const before = earlier ? earlier.success + earlier.failed : 0;
    return {
      label,
      text: `${label}: ${count(step.success)} succeeded, ${count(step.failed)} failed, ${money}; ${count(before)} in ${BEFORE[overview.range]}`,
      value: step.success + step.failed,
      bad: step.failed,
      before,
    };
  });
}
