import { formatAmount } from '../lib/money';
import classes from './DataTable.module.css';

export interface Money {
  minor: number;
  currency: string;
}

/** How many rows are shown and what they come to, per currency; nothing for one row or none. */
export function Sums({ money, complete }: { money: Money[]; complete: boolean }) {
  if (money.length < 2) return null;
  const sums = new Map<string, number>();
  for (const { minor, currency } of money) sums.set(currency, (sums.get(currency) ?? 0) + minor);
  return (
    <p className={classes.sums} data-test-id="list-sums">
      {complete ? `All ${money.length}` : `The ${money.length} shown`}:{' '}
      {[...sums].map(([currency, minor], index) => (
        <span key={currency}>
          {index > 0 && ' · '}
          <span className="num">{formatAmount(minor, currency)}</span>
        </span>
      ))}
    </p>
  );
}
