import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask, newIdempotencyKey } from '../../api/client';
import { fewOf } from '../../api/few';
import type { Job } from '../../api/types';
import { useMay } from '../../session/session';
import { Amount } from '../../ui/Amount';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Facts } from '../../ui/Facts';
import { Failure } from '../../ui/Failure';
import { Page, Panel } from '../../ui/Page';
import { PageSkeleton } from '../../ui/PageSkeleton';
import { Status } from '../../ui/Status';
import { Due } from '../../ui/Time';
import classes from './Jobs.module.css';
import { UnexpectedJobs } from './UnexpectedJobs';

const WORKERS = ['payments', 'refunds', 'webhooks'];

/** What the machine still works on, and what it leaves to a person. */
export function Jobs() {
  const jobs = useQuery({
    queryKey: ['jobs'],
    queryFn: () => ask(api.GET('/api/v1/jobs')),
    refetchInterval: 3_000,
  });
  const money = useQuery({ ...fewOf('unexpected-payments', { waits: 'true' }), refetchInterval: 10_000 });
  // Both at once, so that nothing that is shown moves.
  const data = money.isPending ? undefined : jobs.data;
  return (
    <Page
      title="Jobs"
      lead="Undecided payments and refunds, money that nobody expected, and webhooks that wait. What needs you comes first, with what to do."
    >
      {jobs.isError && <Failure error={jobs.error} retry={() => jobs.refetch()} />}
      {!data && !jobs.isError && <PageSkeleton />}
      {data && (
        <>
          <Panel title="Workers">
            <Facts
              facts={WORKERS.map((kind) => [
                kind,
                <span key={kind}>
                  {kind === 'webhooks' &&
                    `${data.deliveries.due} due, ${data.deliveries.in_flight} in flight, ${data.deliveries.scheduled} for later `}
                  <Status
                    value={data.workers[kind] === 'running' ? 'completed' : 'failed'}
                    label={data.workers[kind]}
                  />
                </span>,
              ])}
            />
          </Panel>
          {money.isError && <Failure error={money.error} retry={() => money.refetch()} />}
          {money.data && money.data.length > 0 && <UnexpectedJobs rows={money.data} />}
          <Panel title="Payments and refunds in work" flush>
            <DataTable
              label="Jobs"
              rows={data.data}
              rowKey={(job) => job.id}
              rowAttributes={(job) => ({ 'data-test-id': 'job-row', 'data-job-id': job.id })}
              empty={<Empty title="Nothing is waiting">All payments and refunds are decided.</Empty>}
              columns={[
                {
                  key: 'id',
                  title: 'Job',
                  cell: (job) => (
                    <Link
                      className="link mono"
                      to="/dashboard/transactions/$paymentId"
                      params={{ paymentId: job.payment_id }}
                    >
                      {job.id}
                    </Link>
                  ),
                },
                { key: 'work', title: 'Work', cell: (job) => job.work ?? job.status },
                {
                  key: 'amount',
                  title: 'Amount',
                  align: 'right',
                  cell: (job) => <Amount minor={job.amount} currency={job.currency} />,
                },
                {
                  key: 'state',
                  title: 'State',
                  cell: (job) => (
                    <div>
                      <Status
                        value={TONES[job.state] ?? 'created'}
                        label={(job.review_reason ?? job.state).replaceAll('_', ' ')}
                      />
                      {job.asked_by && <p className={classes.advice}>Asked for by {job.asked_by}</p>}
                      {job.advice && (
                        <p className={classes.advice} data-test-id="job-advice">
                          {job.advice}
                        </p>
                      )}
                    </div>
                  ),
                },
                { key: 'attempts', title: 'Attempts', align: 'right', cell: (job) => job.attempts },
                {
                  key: 'due',
                  title: 'Due',
                  cell: (job) =>
                    job.due_at ? <Due at={job.due_at} /> : <span className="muted">waits for you</span>,
                },
                { key: 'retry', title: 'Actions', align: 'right', cell: (job) => <JobActions job={job} /> },
              ]}
            />
          </Panel>
        </>
      )}
    </Page>
  );
}

const TONES: Record<string, string> = {
  needs_attention: 'failed',
  in_flight: 'running',
  due: 'pending',
  scheduled: 'created',
};

function JobActions({ job }: { job: Job }) {
  const mayPay = useMay('payments');
  const mayDecide = useMay('settings');
  const queries = useQueryClient();
  const isCapped = job.kind === 'refund_caps';
  const act = useMutation({
    mutationFn: (): Promise<unknown> => {
      const params = { path: { job_id: job.id }, header: { 'Idempotency-Key': newIdempotencyKey() } };
      return isCapped
        ? ask(api.POST('/api/v1/jobs/{job_id}/settle', { params }))
        : ask(api.POST('/api/v1/jobs/{job_id}/retry', { params }));
    },
    onError: (error) =>
      notifications.show({
        color: 'red',
        title: isCapped ? 'Not done' : 'Not retried',
        message: error.message,
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
  });
  const may = isCapped ? mayDecide : mayPay;
  if (!may || job.state !== 'needs_attention') return null;
  return (
    <Button size="compact-sm" variant="default" loading={act.isPending} onClick={() => act.mutate()}>
      {isCapped ? 'Done' : 'Try again'}
    </Button>
  );
}
