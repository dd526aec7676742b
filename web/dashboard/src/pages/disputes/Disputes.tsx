import { Link } from '@tanstack/react-router';
import { accountText } from '../../lib/processors';
import { Amount } from '../../ui/Amount';
import { states } from '../../ui/choices';
import { type List, ListPage } from '../../ui/ListPage';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { needsAnswer, reasonText } from './words';

const DISPUTES: List<'disputes'> = {
  noun: 'disputes',
  title: 'Disputes',
  lead: 'What shoppers’ banks want back. They are answered in the processor’s dashboard.',
  testId: 'disputes-table',
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
    { key: 'reason', title: 'Reason', cell: (row) => reasonText(row) },
    {
      key: 'due',
      title: 'Answer by',
      cell: (row) => (needsAnswer(row) && row.respond_by ? <Time at={row.respond_by} /> : ''),
    },
    { key: 'account', title: 'At', cell: (row) => accountText(row) },
    { key: 'created', title: 'Told', cell: (row) => <Time at={row.created_at} /> },
  ],
  href: (row) => `/dashboard/transactions/${row.payment_id}`,
  rowAttributes: (row) => ({ 'data-test-id': 'dispute-item', 'data-dispute-id': row.id }),
  search: { label: 'Payment id', name: 'payment_id' },
  choices: [
    {
      name: 'status',
      label: 'Any status',
      options: states(['needs_response', 'under_review', 'won', 'lost']),
    },
  ],
  money: (row) => ({ minor: row.amount, currency: row.currency }),
  empty: { title: 'No disputes', hint: 'No shopper’s bank wants anything back.' },
  noMatch: { title: 'No dispute matches' },
};

export function Disputes() {
  return <ListPage list={DISPUTES} />;
}
