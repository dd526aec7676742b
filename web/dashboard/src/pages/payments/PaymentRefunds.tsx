import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import type { Payment } from '../../api/types';
import { Amount } from '../../ui/Amount';
import { Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Ago } from '../../ui/Time';
import classes from './Payment.module.css';
import { whyFailed } from './whyFailed';

/** The refunds of a payment; nothing where there are none. */
export function PaymentRefunds({ payment }: { payment: Payment }) {
  const { data } = useQuery({
    queryKey: ['refunds', 'of', payment.id],
    queryFn: () =>
      ask(api.GET('/api/v1/payments/{payment_id}/refunds', { params: { path: { payment_id: payment.id } } })),
  });
  if (!data?.length) return null;
  return (
    <Panel title="Refunds">
      {data.map((refund) => (
        <div key={refund.id} className={classes.refund} data-test-id="refund-row" data-refund-id={refund.id}>
          <div>
            <Amount minor={refund.amount} currency={refund.currency} />
            <div className={classes.more}>
              {refund.reason ?? 'No reason given'} · <Ago at={refund.created_at} />
            </div>
            {refund.status === 'failed' && <div className={classes.why}>Refused: {whyFailed(refund)}</div>}
          </div>
          <Status value={refund.status} />
        </div>
      ))}
    </Panel>
  );
}
