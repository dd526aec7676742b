import { Link } from '@tanstack/react-router';
import { accountText } from '../../lib/processors';
import { Amount } from '../../ui/Amount';
import { states } from '../../ui/choices';
import { type List, ListPage } from '../../ui/ListPage';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { PayBack } from './PayBack';
import { REASONS, reasonText } from './words';

const UNEXPECTED: List<'unexpected-payments'> = {
  noun: 'unexpected-payments',
  title: 'Unexpected money',
  lead: 'It came after its payment was over, or a second time, and goes back.',
  testId: 'unexpected-table',
  columns: [
    {
      key: 'payment',
      title: 'Payment',
      cell: (row) => (
        <Link
          className="link mono"
          to="/dashboard/transactions/$paymentId"
          params={{ paymentId: row.payment_id }}
        >
          {row.payment_id}
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
    { key: 'status', title: 'Status', cell: (row) => <Status value={row.status} testId="status" /> },
    { key: 'reason', title: 'Why', cell: (row) => reasonText(row) },
    { key: 'account', title: 'At', cell: (row) => accountText(row) },
    { key: 'created', title: 'Found', cell: (row) => <Time at={row.created_at} /> },
    { key: 'act', title: 'Actions', align: 'right', cell: (row) => <PayBack money={row} /> },
  ],
  href: (row) => `/dashboard/transactions/${row.payment_id}`,
  rowAttributes: (row) => ({ 'data-test-id': 'unexpected-item', 'data-unexpected-id': row.id }),
  search: { label: 'Payment id', name: 'payment_id' },
  choices: [
    {
      name: 'status',
      label: 'Any status',
      options: [
        { value: 'waits', label: 'waits for your word', filters: { waits: 'true' } },
        ...states(['returning', 'returned', 'kept', 'review']),
      ],
    },
    {
      name: 'reason',
      label: 'Any reason',
      options: Object.entries(REASONS).map(([value, label]) => ({ value, label })),
    },
  ],
  money: (row) => ({ minor: row.amount, currency: row.currency }),
  empty: {
    title: 'No unexpected money',
    hint: 'Every payment came once, and in time. What does not is told here and in a webhook.',
  },
  noMatch: { title: 'No unexpected money matches' },
};

export function Unexpected() {
  return <ListPage list={UNEXPECTED} />;
}
