/** Test or live: which of the merchant's two worlds this browser looks at. Not a secret, so it may be kept. */

import { useSyncExternalStore } from 'react';

export type Mode = 'test' | 'live';

const KEY = 'gateway.mode';
const listeners = new Set<() => void>();
let mode: Mode = read();

function read(): Mode {
  try {
    return localStorage.getItem(KEY) === 'live' ? 'live' : 'test';
  } catch {
    return 'test';
  }
}

export function getMode(): Mode {
  return mode;
}

export function setMode(next: Mode): void {
  mode = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // The choice then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

export function useMode(): Mode {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, getMode);
}
