import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, ask, newIdempotencyKey } from '../../api/client';
import type { Job } from '../../api/types';
import { useMay } from '../../session/session';
import { Amount } from '../../ui/Amount';
import { DataTable } from '../../ui/DataTable';
import { Status } from '../../ui/Status';
import { Due } from '../../ui/Time';
import classes from './Jobs.module.css';

/** Payments and refunds in work, with what a person can do about those that wait for one. */
export function JobsTable({ jobs, label, empty }: { jobs: Job[]; label: string; empty?: ReactNode }) {
  return (
    <DataTable
      label={label}
      rows={jobs}
      rowKey={(job) => job.id}
      rowAttributes={(job) => ({ 'data-test-id': 'job-row', 'data-job-id': job.id })}
      empty={empty}
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
