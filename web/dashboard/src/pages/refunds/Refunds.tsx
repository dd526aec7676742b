import { Link } from '@tanstack/react-router';
import { useList } from '../../api/lists';
import type { Refund } from '../../api/types';
import { Amount } from '../../ui/Amount';
import { useColumns } from '../../ui/Columns';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Filters, useFilters } from '../../ui/Filters';
import { Page, Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';

const COLUMNS: Column<Refund>[] = [
  {
    key: 'id',
    title: 'Refund',
    cell: (row) => (
      <Link
        className="link mono"
        to="/dashboard/transactions/$paymentId"
        params={{ paymentId: row.payment_id }}
      >
        {row.id}
      </Link>
    ),
  },
  {
    key: 'amount',
    title: 'Amount',
    align: 'right',
    cell: (row) => (
      <strong>
        <Amount minor={row.amount} currency={row.currency} />
      </strong>
    ),
  },
  { key: 'status', title: 'Status', cell: (row) => <Status value={row.status} /> },
  { key: 'reason', title: 'Reason', cell: (row) => row.reason ?? <span className="muted">none given</span> },
  {
    key: 'payment',
    title: 'Payment',
    wideOnly: true,
    cell: (row) => <span className="mono">{row.payment_id}</span>,
  },
  { key: 'created', title: 'Created', cell: (row) => <Time at={row.created_at} /> },
];

export function Refunds() {
  const [filters] = useFilters();
  const list = useList('refunds', filters);
  const [columns, chooser] = useColumns('refunds', COLUMNS);
  return (
    <Page title="Refunds" lead="Money on its way back. Start one from the payment.">
      <Filters
        noun="refunds"
        amounts
        searchLabel="Refund, payment or reason"
        choices={[
          {
            name: 'status',
            label: 'Any status',
            options: ['pending', 'processed', 'failed'].map((value) => ({ value, label: value })),
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
            label="Refunds"
            columns={columns}
            rows={list.rows}
            rowKey={(row) => row.id}
            href={(row) => `/dashboard/transactions/${row.payment_id}`}
            hasMore={list.hasNextPage}
            loadingMore={list.isFetchingNextPage}
            onMore={() => list.fetchNextPage()}
            empty={<Empty title="No refunds">Open a payment and choose Refund.</Empty>}
          />
        )}
      </Panel>
    </Page>
  );
}
