import { toneOf, wordOf } from '../lib/states';
import classes from './Status.module.css';

/** A state: colour, dot and word, so that none of them carries it alone. */
export function Status({ value, label, testId }: { value: string; label?: string; testId?: string }) {
  const tone = toneOf(value);
  return (
    <span className={`${classes.status} ${classes[tone]}`} data-test-id={testId} data-status={value}>
      <span className={classes.dot} aria-hidden="true" />
      {label ?? wordOf(value)}
    </span>
  );
}
