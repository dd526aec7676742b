import { Link } from '@tanstack/react-router';
import { Amount } from '../../ui/Amount';
import { states } from '../../ui/choices';
import { type List, ListPage } from '../../ui/ListPage';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';

const ORDERS: List<'orders'> = {
  noun: 'orders',
  title: 'Orders',
  lead: "What is to be paid. An order's amount never changes.",
  columns: [
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
  ],
  href: (row) => `/dashboard/orders/${row.id}`,
  search: { label: 'Order or receipt' },
  choices: [
    {
      name: 'status',
      label: 'Any status',
      options: states(['created', 'attempted', 'paid']),
    },
  ],
  money: (row) => ({ minor: row.amount, currency: row.currency }),
  empty: { title: 'No orders', hint: 'Your server creates them: see the docs.' },
  noMatch: { title: 'No order matches' },
};

export function Orders() {
  return <ListPage list={ORDERS} />;
}
