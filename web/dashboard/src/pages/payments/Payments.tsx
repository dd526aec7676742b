import { Link } from '@tanstack/react-router';
import { useList } from '../../api/lists';
import type { Payment } from '../../api/types';
import { Amount } from '../../ui/Amount';
import { useColumns } from '../../ui/Columns';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Filters, useFilters } from '../../ui/Filters';
import { methodText } from '../../ui/Method';
import { Page, Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';

const STATUSES = ['success', 'failed', 'pending', 'requires_action', 'cancelled'];

const COLUMNS: Column<Payment>[] = [
  {
    key: 'id',
    title: 'Payment',
    cell: (row) => (
      <Link className="link mono" to="/dashboard/transactions/$paymentId" params={{ paymentId: row.id }}>
        <span data-test-id="payment-id">{row.id}</span>
      </Link>
    ),
  },
  {
    key: 'amount',
    title: 'Amount',
    align: 'right',
    cell: (row) => (
      <strong>
        <Amount minor={row.amount} currency={row.currency} testId="amount" />
      </strong>
    ),
  },
  { key: 'status', title: 'Status', cell: (row) => <Status value={row.status} testId="status" /> },
  {
    key: 'method',
    title: 'Method',
    cell: (row) => (
      <span data-test-id="method" data-method={row.method}>
        {methodText(row)}
      </span>
    ),
  },
  {
    key: 'order',
    title: 'Order',
    wideOnly: true,
    cell: (row) => (
      <Link className="link mono muted" to="/dashboard/orders/$orderId" params={{ orderId: row.order_id }}>
        <span data-test-id="order-id">{row.order_id}</span>
      </Link>
    ),
  },
  { key: 'created', title: 'Created', cell: (row) => <Time at={row.created_at} testId="created-at" /> },
];

const nice = (value: string) => ({ value, label: value.replaceAll('_', ' ') });

export function Payments() {
  const [filters] = useFilters();
  const list = useList('payments', filters);
  const [columns, chooser] = useColumns('payments', COLUMNS);
  const filtered = Object.values(filters).some(Boolean);
  return (
    <Page title="Payments" lead="Every try to pay an order. A click shows all that happened to it.">
      <Filters
        noun="payments"
        amounts
        searchLabel="Payment, order, VPA or last 4 digits"
        choices={[
          { name: 'status', label: 'Any status', options: STATUSES.map(nice) },
          {
            name: 'method',
            label: 'Any method',
            options: [
              { value: 'upi', label: 'UPI' },
              { value: 'card', label: 'Card' },
            ],
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
            label="Payments"
            testId="transactions-table"
            columns={columns}
            rows={list.rows}
            rowKey={(row) => row.id}
            href={(row) => `/dashboard/transactions/${row.id}`}
            rowAttributes={(row) => ({ 'data-test-id': 'transaction-row', 'data-payment-id': row.id })}
            hasMore={list.hasNextPage}
            loadingMore={list.isFetchingNextPage}
            onMore={() => list.fetchNextPage()}
            empty={
              filtered ? (
                <Empty title="No payment matches">Clear a filter, or look in the other mode.</Empty>
              ) : (
                <Empty title="No payments yet">
                  <Link className="link" to="/dashboard/docs">
                    Create an order and pay it
                  </Link>{' '}
                  in a minute.
                </Empty>
              )
            }
          />
        )}
      </Panel>
    </Page>
  );
}
