import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Stop } from '../api/types';
import { accountText } from '../lib/processors';
import { useMay } from '../session/session';
import { lazyDialog } from '../ui/lazy';
import { Time } from '../ui/Time';
import classes from './Shell.module.css';

const EndStop = lazyDialog<{ stop: Stop; onClose: () => void }>(() => import('./EndStop'), 'EndStop');

/** An emergency stop: what is stopped, since when, by whom; ended here by those who may. */
export function StopBanner({ stop }: { stop: Stop }) {
  const [ending, setEnding] = useState(false);
  const may = useMay('settings');
  const own = stop.scope === 'account';
  const what = stop.covers === 'payments' ? 'New live payments' : 'Live refunds';
  return (
    <div className={classes.stop} role="note" data-test-id="stop-banner">
      <span>
        <strong>
          {what} {own ? `at ${accountText(stop)} ` : ''}are stopped
        </strong>{' '}
        since <Time at={stop.created_at} /> by {own ? stop.by : WIDE[stop.scope]}
        {stop.reason && `: ${stop.reason}`}
      </span>
      {own && may && (
        <Button size="compact-xs" variant="default" onClick={() => setEnding(true)}>
          End the stop …
        </Button>
      )}
      {ending && <EndStop stop={stop} onClose={() => setEnding(false)} />}
    </div>
  );
}

/** The operator sets and ends these: a merchant cannot. */
const WIDE: Record<string, string> = {
  merchant: 'the operator of this gateway',
  all: 'the operator of this gateway, for everybody',
};
