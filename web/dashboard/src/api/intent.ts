/** What a person wants done once, however often it has to be sent. */

import { useRef } from 'react';
import { isRefusal, newIdempotencyKey } from './client';

export interface Intent {
  /** The header of every request for it. */
  header: () => { 'Idempotency-Key': string };
  /** How a request for it ended: `null` for well. */
  settle: (error: Error | null) => void;
}

/**
 * One key until the API has said yes or no: a double click, or a retry after a lost answer, is the same change.
 *
 * A refusal is kept under its key, so that what is corrected needs another one. With `asked`, other values than
 * those of the last request are another intent as well.
 */
export function useIntent(asked: unknown = null): Intent {
  const kept = useRef({ key: '', asked: '' });
  const text = JSON.stringify(asked);
  return {
    header: () => {
      if (!kept.current.key || kept.current.asked !== text)
        kept.current = { key: newIdempotencyKey(), asked: text };
      return { 'Idempotency-Key': kept.current.key };
    },
    settle: (error) => {
      if (!error || isRefusal(error)) kept.current.key = '';
    },
  };
}
