import { NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import { setFilters } from '../../api/lists';
import type { AuditLine } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { Page, Panel } from '../../ui/Page';
import { Time } from '../../ui/Time';
import { useFilters } from '../../ui/useFilters';
import { detailText } from './detailText';

const NOUNS = [
  'session',
  'password',
  'two_factor',
  'member',
  'merchant',
  'key',
  'endpoint',
  'inbox',
  'delivery',
  'checkout',
  'payment',
  'unexpected',
  'processor_account',
  'processor_routes',
  'refund_caps',
  'live',
  'job',
];

const COLUMNS: Column<AuditLine>[] = [
  { key: 'at', title: 'When', cell: (line) => <Time at={line.created_at} /> },
  {
    key: 'who',
    title: 'Who',
    cell: (line) => (
      <div>
        {line.actor.label}
        {line.address && <div className="muted num">from {line.address}</div>}
      </div>
    ),
  },
  {
    key: 'what',
    title: 'What',
    cell: (line) => (
      <div className="mono">
        <span data-test-id="audit-action">{line.action}</span>
        {line.object_id && <div className="muted">{line.object_id}</div>}
      </div>
    ),
  },
  {
    key: 'details',
    title: 'Details',
    cell: (line) => <span className="breaks">{detailText(line.details)}</span>,
  },
  { key: 'mode', title: 'Mode', wideOnly: true, cell: (line) => line.mode ?? '' },
];

/** Who did what to money and access. */
export function Audit() {
  const [filters, change] = useFilters();
  const { action } = filters;
  const log = useInfiniteQuery({
    queryKey: ['audit', { action }],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      ask(
        api.GET('/api/v1/audit', {
          params: { query: { limit: 50, ...setFilters({ action, cursor: pageParam || undefined }) } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  return (
    <Page
      title="Audit log"
      lead="Every log-in and every change to keys, endpoints, settings, team and money. It cannot be edited."
      actions={
        <NativeSelect
          aria-label="What"
          value={action ?? ''}
          data={[{ value: '', label: 'Everything' }, ...NOUNS]}
          onChange={(event) => change({ action: event.currentTarget.value || undefined })}
        />
      }
    >
      <Panel flush>
        {log.isError && !log.data ? (
          <Failure error={log.error} retry={() => log.refetch()} />
        ) : (
          <DataTable
            label="Audit log"
            columns={COLUMNS}
            rows={log.data?.pages.flatMap((page) => page.data)}
            rowKey={(line) => line.id}
            hasMore={log.hasNextPage}
            loadingMore={log.isFetchingNextPage}
            onMore={() => log.fetchNextPage()}
          />
        )}
      </Panel>
    </Page>
  );
}
