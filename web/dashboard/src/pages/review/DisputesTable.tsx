import { Link } from '@tanstack/react-router';
import type { Dispute } from '../../api/types';
import { processorTitle } from '../../lib/processors';
import { Amount } from '../../ui/Amount';
import { DataTable } from '../../ui/DataTable';
import { Panel } from '../../ui/Page';
import { Due } from '../../ui/Time';

/** Disputes that need an answer, the most pressing first. */
export function DisputesTable({ rows }: { rows: Dispute[] }) {
  const pressing = [...rows].sort((one, other) =>
    (one.respond_by ?? '9').localeCompare(other.respond_by ?? '9'),
  );
  return (
    <Panel title="Disputes that need your answer" flush>
      <DataTable
        label="Disputes that wait"
        rows={pressing}
        rowKey={(dispute) => dispute.id}
        rowAttributes={(dispute) => ({ 'data-test-id': 'dispute-job', 'data-dispute-id': dispute.id })}
        columns={[
          {
            key: 'payment',
            title: 'Payment',
            cell: (dispute) => (
              <Link
                className="link mono"
                to="/dashboard/transactions/$paymentId"
                params={{ paymentId: dispute.payment_id }}
              >
                {dispute.payment_id}
              </Link>
            ),
          },
          {
            key: 'amount',
            title: 'Amount',
            align: 'right',
            cell: (dispute) => <Amount minor={dispute.amount} currency={dispute.currency} />,
          },
          {
            key: 'advice',
            title: 'What to do',
            cell: (dispute) =>
              `Answer it in the ${processorTitle(dispute.processor)} dashboard, under Disputes`,
          },
          {
            key: 'by',
            title: 'Answer by',
            cell: (dispute) => (dispute.respond_by ? <Due at={dispute.respond_by} /> : 'no day was named'),
          },
        ]}
      />
    </Panel>
  );
}
