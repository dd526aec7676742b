import { Link } from '@tanstack/react-router';
import { useList } from '../../api/lists';
import type { Order } from '../../api/types';
import { Amount } from '../../ui/Amount';
import { useColumns } from '../../ui/Columns';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Filters, useFilters } from '../../ui/Filters';
import { Page, Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';

const COLUMNS: Column<Order>[] = [
  {
    key: 'id',
    title: 'Order',
    cell: (row) => (
      <Link className="link mono" to="/dashboard/orders/$orderId" params={{ orderId: row.id }}>
        {row.id}
      </Link>
    ),
  },
  { key: 'receipt', title: 'Receipt', cell: (row) => row.receipt ?? <span className="muted">none</span> },
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
  { key: 'capture', title: 'Capture', wideOnly: true, cell: (row) => row.capture },
  { key: 'created', title: 'Created', cell: (row) => <Time at={row.created_at} /> },
];

export function Orders() {
  const [filters] = useFilters();
  const list = useList('orders', filters);
  const [columns, chooser] = useColumns('orders', COLUMNS);
  return (
    <Page title="Orders" lead="What is to be paid. An order's amount never changes.">
      <Filters
        noun="orders"
        amounts
        searchLabel="Order or receipt"
        choices={[
          {
            name: 'status',
            label: 'Any status',
            options: ['created', 'attempted', 'paid'].map((value) => ({ value, label: value })),
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
            label="Orders"
            columns={columns}
            rows={list.rows}
            rowKey={(row) => row.id}
            href={(row) => `/dashboard/orders/${row.id}`}
            hasMore={list.hasNextPage}
            loadingMore={list.isFetchingNextPage}
            onMore={() => list.fetchNextPage()}
            empty={<Empty title="No orders">Your server creates them: see the docs.</Empty>}
          />
        )}
      </Panel>
    </Page>
  );
}
