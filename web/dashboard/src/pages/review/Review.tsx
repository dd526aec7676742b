import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../../api/client';
import { fewOf } from '../../api/few';
import type { Dispute, ListPage } from '../../api/types';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Page, Panel } from '../../ui/Page';
import { PageSkeleton } from '../../ui/PageSkeleton';
import { JobsTable } from '../developers/JobsTable';
import { DisputesTable } from './DisputesTable';
import { Notices } from './Notices';
import { noticesQuery } from './queries';
import { UnexpectedTable } from './UnexpectedTable';

const LOOK_MS = 10_000;

/** Everything that waits for a person, in one place, each with what to do. */
export function Review() {
  const jobs = useQuery({
    queryKey: ['jobs'],
    queryFn: () => ask(api.GET('/api/v1/jobs')),
    refetchInterval: LOOK_MS,
  });
  const money = useQuery({ ...fewOf('unexpected-payments', { waits: 'true' }), refetchInterval: LOOK_MS });
  const notices = useQuery({ ...noticesQuery, refetchInterval: LOOK_MS });
  const disputes = useQuery({
    queryKey: ['disputes', 'open'],
    queryFn: async () => {
      const params = { query: { status: 'needs_response', limit: 20 } as never };
      return ((await ask(api.GET('/api/v1/disputes', { params }))) as unknown as ListPage<Dispute>).data;
    },
    refetchInterval: LOOK_MS,
  });
  const asked = [jobs, money, notices, disputes];
  const failed = asked.find((one) => one.isError);
  // All at once, so that nothing that is shown moves.
  const isPending = asked.some((one) => one.isPending);
  const waiting = jobs.data?.data.filter((job) => job.state === 'needs_attention') ?? [];
  const count = [waiting, money.data, notices.data, disputes.data].reduce(
    (sum, rows) => sum + (rows?.length ?? 0),
    0,
  );
  return (
    <Page
      title="Review"
      lead="What the machine leaves to a person, and what to do about it. Nothing here goes away by itself but disputes."
      testId="review"
    >
      {failed && <Failure error={failed.error} retry={() => failed.refetch()} />}
      {isPending && !failed && <PageSkeleton />}
      {!isPending && count === 0 && (
        <Panel>
          <Empty title="Nothing waits for you">
            Payments and refunds are decided by the machine. What it is still working on is on{' '}
            <Link className="link" to="/dashboard/jobs">
              Jobs
            </Link>
            .
          </Empty>
        </Panel>
      )}
      {!isPending && (
        <>
          {waiting.length > 0 && (
            <Panel title="Payments and refunds" lead="The processor’s answer cannot be had by machine." flush>
              <JobsTable label="Payments and refunds that wait" jobs={waiting} />
            </Panel>
          )}
          {money.data && money.data.length > 0 && <UnexpectedTable rows={money.data} />}
          {disputes.data && disputes.data.length > 0 && <DisputesTable rows={disputes.data} />}
          {notices.data && notices.data.length > 0 && <Notices rows={notices.data} />}
        </>
      )}
    </Page>
  );
}
