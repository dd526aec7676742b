import type { Payment } from '../../api/types';
import { Amount } from '../../ui/Amount';
import classes from './Payment.module.css';

/** What was authorised, taken and given back, down to what is kept. */
export function Money({ payment }: { payment: Payment }) {
  const lines: [string, number][] = [
    [payment.captured || payment.status === 'success' ? 'Authorised' : 'Asked for', payment.amount],
    [payment.capture_status === 'pending' ? 'Capture asked for' : 'Captured', payment.amount_captured],
    ['Refunded', -payment.amount_refunded],
  ];
  return (
    <div>
      {lines.map(([label, minor]) => (
        <div key={label} className={classes.sum}>
          <span className="muted">{label}</span>
          <Amount minor={minor === 0 ? 0 : minor} currency={payment.currency} />
        </div>
      ))}
      <div className={classes.sum} data-total="true">
        <span>Kept</span>
        <Amount minor={payment.amount_captured - payment.amount_refunded} currency={payment.currency} />
      </div>
    </div>
  );
}
