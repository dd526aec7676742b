import { formatDuration } from '../../lib/time';
import { Id } from '../../ui/Copy';
import { type List, ListPage } from '../../ui/ListPage';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';

/** What programs asked of the API, for whoever has to find out why one fails. */
const REQUESTS: List<'requests'> = {
  noun: 'requests',
  title: 'Request log',
  lead: 'What was asked of the API with your keys, and what people changed here. Never what was in it.',
  label: 'Requests',
  testId: 'requests-table',
  columns: [
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
  ],
  search: { label: 'Request id', name: 'request_id' },
  choices: [
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
  ],
  empty: { title: 'No requests yet', hint: 'They show up as soon as they are answered.' },
  noMatch: {
    title: 'No request matches',
    hint: 'Requests with a wrong key or secret are nobody’s, and not here.',
  },
  every: 5_000,
};

export function Requests() {
  return <ListPage list={REQUESTS} />;
}
