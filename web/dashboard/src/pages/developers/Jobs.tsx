import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../../api/client';
import { Empty } from '../../ui/Empty';
import { Facts } from '../../ui/Facts';
import { Failure } from '../../ui/Failure';
import { Page, Panel } from '../../ui/Page';
import { PageSkeleton } from '../../ui/PageSkeleton';
import { Status } from '../../ui/Status';
import { JobsTable } from './JobsTable';

const WORKERS = ['payments', 'refunds', 'webhooks'];

/** What the machine still works on, and what it leaves to a person. */
export function Jobs() {
  const jobs = useQuery({
    queryKey: ['jobs'],
    queryFn: () => ask(api.GET('/api/v1/jobs')),
    refetchInterval: 3_000,
  });
  const { data } = jobs;
  const waiting = data?.data.filter((job) => job.state === 'needs_attention').length ?? 0;
  return (
    <Page
      title="Jobs"
      lead="What the machine still works on: undecided payments and refunds, and webhooks that wait. What needs you comes first, with what to do."
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
          {waiting > 0 && (
            <p className="muted" data-test-id="waits-for-you">
              {waiting} of these {waiting === 1 ? 'waits' : 'wait'} for you. All that does is in{' '}
              <Link className="link" to="/dashboard/review">
                Review
              </Link>
              .
            </p>
          )}
          <Panel title="Payments and refunds in work" flush>
            <JobsTable
              label="Jobs"
              jobs={data.data}
              empty={<Empty title="Nothing is waiting">All payments and refunds are decided.</Empty>}
            />
          </Panel>
        </>
      )}
    </Page>
  );
}
