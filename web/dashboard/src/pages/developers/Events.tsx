import { Modal, NativeSelect, Skeleton, Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../../api/client';
import { setFilters } from '../../api/lists';
import type { components } from '../../api/schema';
import type { ListPage } from '../../api/types';
import { Code, Id } from '../../ui/Copy';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Page, Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { useFilters } from '../../ui/useFilters';
import { EVENT_TYPES } from '../webhooks/eventTypes';

type Fact = components['schemas']['EventAnswer'];

/** Every fact that was told, whether an endpoint listened or not. */
export function Events() {
  const [filters, change] = useFilters();
  const { event, object_id } = filters;
  const feed = useInfiniteQuery({
    queryKey: ['events', { event, object_id }],
    initialPageParam: '',
    queryFn: async ({ pageParam }) => {
      const query = {
        limit: 25,
        order: 'desc',
        ...setFilters({ event, object_id, cursor: pageParam || undefined }),
      };
      // The same list can be asked for as CSV, hence as text; this asks for JSON.
      return (await ask(api.GET('/api/v1/events', { params: { query: query as never } }))) as ListPage<Fact>;
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  return (
    <Page
      title="Events"
      lead="Every fact, newest first. Missed a webhook? It is here too."
      actions={
        <NativeSelect
          aria-label="Event"
          value={event ?? ''}
          data={[{ value: '', label: 'Any event' }, ...EVENT_TYPES]}
          onChange={(e) => change({ event: e.currentTarget.value || undefined })}
        />
      }
    >
      <Panel flush>
        {feed.isError && !feed.data ? (
          <Failure error={feed.error} retry={() => feed.refetch()} />
        ) : (
          <DataTable
            label="Events"
            rows={feed.data?.pages.flatMap((page) => page.data)}
            rowKey={(row) => row.id}
            hasMore={feed.hasNextPage}
            loadingMore={feed.isFetchingNextPage}
            onMore={() => feed.fetchNextPage()}
            empty={<Empty title="No events">A payment makes the first.</Empty>}
            columns={[
              {
                key: 'type',
                title: 'Event',
                cell: (row) => (
                  <Link
                    to="."
                    className="link mono"
                    search={
                      ((before: Record<string, string | undefined>) => ({ ...before, id: row.id })) as never
                    }
                  >
                    {row.event}
                  </Link>
                ),
              },
              { key: 'object', title: 'About', cell: (row) => <span className="mono">{row.object_id}</span> },
              {
                key: 'id',
                title: 'Id',
                wideOnly: true,
                cell: (row) => <span className="mono muted">{row.id}</span>,
              },
              { key: 'at', title: 'When', cell: (row) => <Time at={row.created_at} /> },
            ]}
          />
        )}
      </Panel>
      {filters.id && <Detail id={filters.id} onClose={() => change({ id: undefined })} />}
    </Page>
  );
}

function Detail({ id, onClose }: { id: string; onClose: () => void }) {
  const event = useQuery({
    queryKey: ['events', 'one', id],
    queryFn: () => ask(api.GET('/api/v1/events/{event_id}', { params: { path: { event_id: id } } })),
  });
  const { data } = event;
  return (
    <Modal opened onClose={onClose} size="xl" title={data?.event ?? 'Event'}>
      {event.isError && <Failure error={event.error} />}
      {event.isPending && <Skeleton height={200} />}
      {data && (
        <Stack>
          <Id value={data.id} />
          {data.deliveries.length === 0 && <p className="muted">No endpoint listened.</p>}
          {data.deliveries.map((delivery) => (
            <div key={delivery.id}>
              <Status value={delivery.status} />{' '}
              <Link
                className="link mono"
                to="/dashboard/webhooks"
                search={{ delivery: delivery.id } as never}
              >
                {delivery.id}
              </Link>
            </div>
          ))}
          <Code label="the event" text={JSON.stringify(data.data, null, 2)} />
        </Stack>
      )}
    </Modal>
  );
}
