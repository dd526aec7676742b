import { Link } from '@tanstack/react-router';
import { Amount } from '../../ui/Amount';
import { states } from '../../ui/choices';
import { type List, ListPage } from '../../ui/ListPage';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { whyFailed } from '../payments/whyFailed';

const REFUNDS: List<'refunds'> = {
  noun: 'refunds',
  title: 'Refunds',
  lead: 'Money on its way back. Start one from the payment.',
  columns: [
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
    {
      key: 'reason',
      title: 'Reason',
      cell: (row) => row.reason ?? <span className="muted">none given</span>,
    },
    {
      key: 'error',
      title: 'Refused because',
      wideOnly: true,
      cell: (row) => (row.status === 'failed' ? whyFailed(row) : ''),
    },
    {
      key: 'payment',
      title: 'Payment',
      wideOnly: true,
      cell: (row) => <span className="mono">{row.payment_id}</span>,
    },
    { key: 'created', title: 'Created', cell: (row) => <Time at={row.created_at} /> },
  ],
  href: (row) => `/dashboard/transactions/${row.payment_id}`,
  search: { label: 'Refund, payment or reason' },
  choices: [
    {
      name: 'status',
      label: 'Any status',
      options: states(['pending', 'processed', 'failed']),
    },
  ],
  money: (row) => ({ minor: row.amount, currency: row.currency }),
  empty: { title: 'No refunds', hint: 'Open a payment and choose Refund.' },
  noMatch: { title: 'No refund matches' },
};

export function Refunds() {
  return <ListPage list={REFUNDS} />;
}
