import { Tooltip } from '@mantine/core';
import { zoneLabel } from '../lib/time';
import classes from './Live.module.css';
import { useLive } from './live';

const WORDS = {
  live: 'Pages follow changes as they happen',
  polling: 'Pages ask for changes every few seconds',
  offline: 'No connection: what you see may be old',
} as const;

/** Whether the page follows changes, and whose clock the times are. */
export function Live() {
  const state = useLive();
  return (
    <Tooltip label={`${WORDS[state]}. Times are yours (${zoneLabel()}).`}>
      <output className={classes.live} data-state={state}>
        <span className={classes.dot} aria-hidden="true" />
        <span className={classes.words}>{state === 'offline' ? 'Offline' : 'In sync'}</span>
      </output>
    </Tooltip>
  );
}
