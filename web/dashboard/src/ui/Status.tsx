import classes from './Status.module.css';

const TONES: Record<string, 'ok' | 'bad' | 'wait' | 'info' | 'still'> = {
  success: 'ok',
  paid: 'ok',
  processed: 'ok',
  enabled: 'ok',
  active: 'ok',
  delivered: 'ok',
  verified: 'ok',
  '2xx': 'ok',
  '3xx': 'still',
  '4xx': 'wait',
  '5xx': 'bad',
  'not verified': 'bad',
  completed: 'ok',
  failed: 'bad',
  revoked: 'bad',
  disabled: 'bad',
  paused: 'bad',
  failing: 'wait',
  pending: 'wait',
  expiring: 'wait',
  'has left': 'wait',
  attempted: 'wait',
  running: 'info',
  requires_action: 'info',
  authorized: 'info',
  invited: 'info',
  created: 'still',
  cancelled: 'still',
  expired: 'still',
  refunded: 'still',
};
const WORDS: Record<string, string> = {
  requires_action: 'needs shopper',
  // Of a key, in either mode: `live` beside a test key would say the opposite of what it is.
  live: 'active',
};

/** A state: colour, dot and word, so that none of them carries it alone. */
export function Status({ value, label, testId }: { value: string; label?: string; testId?: string }) {
  const tone = TONES[value] ?? 'still';
  return (
    <span className={`${classes.status} ${classes[tone]}`} data-test-id={testId} data-status={value}>
      <span className={classes.dot} aria-hidden="true" />
      {label ?? WORDS[value] ?? value.replaceAll('_', ' ')}
    </span>
  );
}
