import { Skeleton, Stack } from '@mantine/core';
import { IconBuildingBank, IconClock, IconFlag, IconUser, IconWebhook } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import type { TimelineEntry } from '../../api/types';
import { formatDuration } from '../../lib/time';
import { Code } from '../../ui/Copy';
import { Failure } from '../../ui/Failure';
import { Time } from '../../ui/Time';
import { describe } from './describe';
import classes from './Payment.module.css';

const ICONS = {
  event: IconFlag,
  processor: IconBuildingBank,
  attempt: IconWebhook,
  scheduled: IconClock,
  action: IconUser,
};

/** One list of everything that happened, with the time between two steps. */
export function Timeline({ paymentId, currency }: { paymentId: string; currency: string }) {
  const timeline = useQuery({
    queryKey: ['payments', paymentId, 'timeline'],
    queryFn: () =>
      ask(api.GET('/api/v1/payments/{payment_id}/timeline', { params: { path: { payment_id: paymentId } } })),
    // Webhook attempts follow the payment's own events by some moments.
    refetchInterval: 15_000,
  });
  if (timeline.isError) return <Failure error={timeline.error} retry={() => timeline.refetch()} />;
  if (!timeline.data) {
    return (
      <Stack>
        <Skeleton height={28} />
        <Skeleton height={28} />
        <Skeleton height={28} />
      </Stack>
    );
  }
  const entries = timeline.data.data;
  return (
    <ol className={classes.rail} data-test-id="timeline">
      {entries.map((entry, index) => (
        <Entry
          // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added at the end
          key={`${entry.at}-${entry.kind}-${entry.title}-${index}`}
          entry={entry}
          currency={currency}
          before={entries[index - 1]}
        />
      ))}
    </ol>
  );
}

/** JSON as it is kept: without what may be secret, and empty where there was none. */
function exchanged(body: unknown): string {
  return body == null ? 'nothing' : JSON.stringify(body, null, 2);
}

function Entry({
  entry,
  currency,
  before,
}: {
  entry: TimelineEntry;
  currency: string;
  before: TimelineEntry | undefined;
}) {
  const Icon = ICONS[entry.kind];
  const { title, more, tone } = describe(entry, currency);
  const gap = before ? new Date(entry.at).getTime() - new Date(before.at).getTime() : 0;
  return (
    <li
      className={classes.entry}
      data-test-id="timeline-entry"
      data-kind={entry.kind}
      data-title={entry.title}
    >
      <span className={classes.icon} data-tone={tone}>
        <Icon size={15} aria-hidden />
      </span>
      <div className={classes.what}>
        <div className={classes.title}>{title}</div>
        {more && <div className={classes.more}>{more}</div>}
        {entry.payload && (
          <details className={classes.payload}>
            <summary>{entry.deliveries ? 'Event, as your endpoints get it' : 'Event'}</summary>
            <Code label={`the event ${entry.title}`} text={JSON.stringify(entry.payload, null, 2)} />
          </details>
        )}
        {entry.method && (
          <details className={classes.payload} data-test-id="exchange">
            <summary>What was asked and answered</summary>
            <div className={classes.more}>Asked</div>
            <Code label="what was asked" text={exchanged(entry.request)} />
            <div className={classes.more}>
              Answered{entry.error && `, and could not be used: ${entry.error}`}
            </div>
            <Code label="what was answered" text={exchanged(entry.response)} />
          </details>
        )}
      </div>
      <div className={classes.when}>
        <Time at={entry.at} />
        {gap >= 1000 && <span title="After the step before"> · +{formatDuration(gap)}</span>}
      </div>
    </li>
  );
}
