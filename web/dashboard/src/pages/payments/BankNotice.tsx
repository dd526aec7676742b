import { Alert } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Payment } from '../../api/types';
import { meaningOf } from './bankWords';

/** What the bank was asked and has not done, and what waits for a person; nothing where all is as it seems. */
export function BankNotice({ payment }: { payment: Payment }) {
  const meaning = meaningOf(payment);
  if (!meaning && !payment.review_reason) return null;
  const bad = payment.review_reason || !/pending/.test(`${payment.capture_status} ${payment.void_status}`);
  return (
    <Alert color={bad ? 'orange' : 'blue'} data-test-id="asked-of-bank" role="status">
      {meaning}
      {payment.review_reason && (
        <div>
          Waits for a person: {payment.review_reason}.{' '}
          <Link className="link" to="/dashboard/jobs">
            Jobs
          </Link>
        </div>
      )}
    </Alert>
  );
}
