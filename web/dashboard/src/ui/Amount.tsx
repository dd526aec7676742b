import { formatAmount } from '../lib/money';

/** `₹500.00`, in figures of one width. */
export function Amount({ minor, currency, testId }: { minor: number; currency: string; testId?: string }) {
  return (
    <span className="num" data-test-id={testId}>
      {formatAmount(minor, currency)}
    </span>
  );
}
