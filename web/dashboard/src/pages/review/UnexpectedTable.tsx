import { Link } from '@tanstack/react-router';
import type { UnexpectedMoney } from '../../api/types';
import { Amount } from '../../ui/Amount';
import { DataTable } from '../../ui/DataTable';
import { Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import classes from '../developers/Jobs.module.css';
import { PayBack } from '../unexpected/PayBack';
import { reasonText } from '../unexpected/words';

/** Money that nobody expected and that waits for a person, with what to do. */
export function UnexpectedTable({ rows }: { rows: UnexpectedMoney[] }) {
  return (
    <Panel title="Money that nobody expected" lead="It waits for your word." flush>
      <DataTable
        label="Money that nobody expected"
        rows={rows}
        rowKey={(money) => money.id}
        rowAttributes={(money) => ({ 'data-test-id': 'unexpected-job', 'data-unexpected-id': money.id })}
        columns={[
          {
            key: 'id',
            title: 'Payment',
            cell: (money) => (
              <Link
                className="link mono"
                to="/dashboard/transactions/$paymentId"
                params={{ paymentId: money.payment_id }}
              >
                {money.payment_id}
              </Link>
            ),
          },
          { key: 'why', title: 'Why', cell: (money) => reasonText(money) },
          {
            key: 'amount',
            title: 'Amount',
            align: 'right',
            cell: (money) => <Amount minor={money.amount} currency={money.currency} />,
          },
          {
            key: 'state',
            title: 'State',
            cell: (money) => (
              <div>
                <Status value={money.status} {...(money.review_reason && { label: money.review_reason })} />
                {money.advice && (
                  <p className={classes.advice} data-test-id="unexpected-advice">
                    {money.advice}
                  </p>
                )}
              </div>
            ),
          },
          { key: 'found', title: 'Found', cell: (money) => <Time at={money.created_at} /> },
          { key: 'act', title: 'Actions', align: 'right', cell: (money) => <PayBack money={money} /> },
        ]}
      />
    </Panel>
  );
}
