import { useList } from '../../api/lists';
import type { LoggedRequest } from '../../api/types';
import { formatDuration } from '../../lib/time';
import { useColumns } from '../../ui/Columns';
import { Id } from '../../ui/Copy';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Filters, useFilters } from '../../ui/Filters';
import { Page, Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';

const COLUMNS: Column<LoggedRequest>[] = [
  {
    key: 'request',
    title: 'Request',
    cell: (row) => (
      <span className="mono breaks" data-test-id="request-path">
        <strong>{row.method}</strong> {row.path.replace(/^\/api\/v1/, '')}
      </span>
    ),
  },
  {
    key: 'status',
    title: 'Status',
    cell: (row) => (
      <Status
        value={`${Math.floor(row.status / 100)}xx`}
        label={String(row.status)}
        testId="request-status"
      />
    ),
  },
  {
    key: 'error',
    title: 'Error',
    cell: (row) =>
      row.error_code ? (
        <span className="mono">{row.error_code}</span>
      ) : (
        <span className="muted">{row.replayed ? 'replayed' : 'none'}</span>
      ),
  },
  {
    key: 'duration',
    title: 'Took',
    align: 'right',
    cell: (row) => <span className="num">{formatDuration(row.duration_ms)}</span>,
  },
  {
    key: 'who',
    title: 'Who',
    wideOnly: true,
    cell: (row) => (row.key_id ? <span className="mono">{row.key_id}</span> : row.user),
  },
  {
    key: 'id',
    title: 'Request id',
    cell: (row) => <Id value={row.request_id} what="request id" testId="request-id" />,
  },
  { key: 'at', title: 'When', cell: (row) => <Time at={row.created_at} /> },
];

const LOOK_MS = 5_000;

/** What programs asked of the API, for whoever has to find out why one fails. */
export function Requests() {
  const [filters] = useFilters();
  const list = useList('requests', filters, LOOK_MS);
  const [columns, chooser] = useColumns('requests', COLUMNS);
  const filtered = Object.values(filters).some(Boolean);
  return (
    <Page
      title="Request log"
      lead="What was asked of the API with your keys, and what people changed here. Never what was in it."
    >
      <Filters
        noun="requests"
        searchName="request_id"
        searchLabel="Request id"
        choices={[
          {
            name: 'status',
            label: 'Any status',
            options: [
              { value: 'error', label: 'All errors' },
              { value: '2xx', label: '2xx' },
              { value: '4xx', label: '4xx' },
              { value: '5xx', label: '5xx' },
            ],
          },
          {
            name: 'method',
            label: 'Any method',
            options: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((value) => ({ value, label: value })),
          },
        ]}
      >
        {chooser}
      </Filters>
      <Panel flush>
        {list.isError ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : (
          <DataTable
            label="Requests"
            testId="requests-table"
            columns={columns}
            rows={list.rows}
            rowKey={(row) => row.id}
            hasMore={list.hasNextPage}
            loadingMore={list.isFetchingNextPage}
            onMore={() => list.fetchNextPage()}
            empty={
              filtered ? (
                <Empty title="No request matches">
                  Requests with a wrong key or secret are nobody’s, and not here.
                </Empty>
              ) : (
                <Empty title="No requests yet">They show up as soon as they are answered.</Empty>
              )
            }
          />
        )}
      </Panel>
    </Page>
  );
}
