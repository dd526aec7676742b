import { Link } from '@tanstack/react-router';
import { stateOf, wordOf } from '../../lib/states';
import { Amount } from '../../ui/Amount';
import { states } from '../../ui/choices';
import { type List, ListPage } from '../../ui/ListPage';
import { methodText } from '../../ui/Method';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';

const PAYMENTS: List<'payments'> = {
  noun: 'payments',
  title: 'Payments',
  lead: 'Every try to pay an order. A click shows all that happened to it.',
  testId: 'transactions-table',
  columns: [
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
    { key: 'status', title: 'Status', cell: (row) => <Status value={stateOf(row)} testId="status" /> },
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
  ],
  href: (row) => `/dashboard/transactions/${row.id}`,
  rowAttributes: (row) => ({ 'data-test-id': 'transaction-row', 'data-payment-id': row.id }),
  search: { label: 'Payment, order, VPA or last 4 digits' },
  choices: [
    {
      name: 'status',
      label: 'Any status',
      options: [
        { value: 'captured', label: wordOf('success'), filters: { captured: 'true' } },
        { value: 'authorized', label: wordOf('authorized'), filters: { captured: 'false' } },
        { value: 'success', label: `${wordOf('success')} or ${wordOf('authorized')}` },
        ...states(['failed', 'pending', 'requires_action', 'cancelled']),
      ],
    },
    {
      name: 'method',
      label: 'Any method',
      options: [
        { value: 'upi', label: 'UPI' },
        { value: 'card', label: 'Card' },
        { value: 'netbanking', label: 'Net banking' },
        { value: 'wallet', label: 'Wallet' },
      ],
    },
  ],
  money: (row) => ({ minor: row.amount, currency: row.currency }),
  empty: {
    title: 'No payments yet',
    hint: (
      <>
        <Link className="link" to="/dashboard/docs">
          Create an order and pay it
        </Link>{' '}
        in a minute.
      </>
    ),
  },
  noMatch: { title: 'No payment matches' },
};

export function Payments() {
  return <ListPage list={PAYMENTS} />;
}
