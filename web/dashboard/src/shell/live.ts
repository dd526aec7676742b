/** Follow changes: a stream where the server can hold one, otherwise a question every few seconds. */

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { leaveIfLoggedOut } from '../session/ended';
import { useMode } from '../session/mode';
import { follow, type LiveState } from './follow';

/** Keeps every query that a change concerns fresh, for as long as the component is shown. */
export function useLive(): LiveState {
  const queries = useQueryClient();
  const router = useRouter();
  const mode = useMode();
  const [state, setState] = useState<LiveState>('polling');
  useEffect(
    () =>
      follow(mode, {
        onState: setState,
        onLoggedOut: (error) => leaveIfLoggedOut(error, router, queries),
        onChange: (nouns) => {
          for (const noun of nouns) queries.invalidateQueries({ queryKey: [noun] });
          queries.invalidateQueries({ queryKey: ['overview'] });
        },
      }),
    [queries, router, mode],
  );
  // A stream whose network is gone hangs for a while before it breaks; the browser knows at once.
  const online = useSyncExternalStore(onConnection, () => navigator.onLine);
  return online ? state : 'offline';
}

function onConnection(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}
