import { NativeSelect } from '@mantine/core';
import { useId, useState } from 'react';
import type { Filters } from '../api/lists';
import { CURRENCIES } from '../lib/currencies';
import { toDecimal } from '../lib/money';
import { readAmount } from '../lib/readAmount';
import classes from './Filters.module.css';

interface Props {
  values: Filters;
  /** What an amount is in where no currency was chosen. */
  currency: string;
  onChange: (change: Filters) => void;
}

/**
 * From and to an amount, as people write it, in one currency: ₹500 and ¥500 are not the same number of minor units,
 * so that an amount brings its currency into the filter, and goes with it.
 */
export function AmountFilters({ values, currency, onChange }: Props) {
  const set = (name: string) => (minor: string | undefined) =>
    onChange({ [name]: minor, ...(minor && { currency: values.currency ?? currency }) });
  return (
    <>
      <NativeSelect
        size="sm"
        aria-label="Any currency"
        value={values.currency ?? ''}
        data={[{ value: '', label: 'Any currency' }, ...CURRENCIES]}
        onChange={(event) =>
          onChange({
            currency: event.currentTarget.value || undefined,
            amount_min: undefined,
            amount_max: undefined,
          })
        }
      />
      {(['amount_min', 'amount_max'] as const).map((name) => (
        <Amount
          key={`${name} ${values.currency} ${values[name] ?? ''}`}
          label={name === 'amount_min' ? 'Least amount' : 'Most amount'}
          // A link without a currency counts minor units of whichever there are.
          currency={values.currency ?? (values[name] ? null : currency)}
          minor={values[name]}
          onChange={set(name)}
        />
      ))}
    </>
  );
}

function Amount(props: {
  label: string;
  currency: string | null;
  minor: string | undefined;
  onChange: (minor: string | undefined) => void;
}) {
  const { currency, minor = '' } = props;
  const shown = currency && /^\d{1,15}$/.test(minor) ? toDecimal(Number(minor), currency) : minor;
  const [text, setText] = useState(shown);
  const [reason, setReason] = useState<string | null>(null);
  const id = useId();
  const tell = () => {
    if (text === shown) return setReason(null);
    if (!text.trim()) return props.onChange(undefined);
    const read = currency ? readAmount(text, currency) : { reason: 'Choose a currency first' };
    if ('reason' in read) setReason(read.reason);
    else props.onChange(String(read.minor));
  };
  return (
    <div>
      <label className={classes.moment}>
        <span>
          {props.label} in {currency ?? 'minor units'}
        </span>
        <input
          className={classes.amount}
          inputMode="decimal"
          value={text}
          aria-invalid={reason !== null}
          aria-describedby={reason ? id : undefined}
          onChange={(event) => setText(event.currentTarget.value)}
          onBlur={tell}
          onKeyDown={(event) => event.key === 'Enter' && tell()}
        />
      </label>
      {reason && (
        <div id={id} role="alert" className={classes.wrong}>
          {reason}
        </div>
      )}
    </div>
  );
}
