/** Small choices of a person, kept in this browser only. Never anything secret: scripts can read it. */
import { useCallback, useSyncExternalStore } from 'react';

const PREFIX = 'dashboard.';
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

function readText(name: string): string | null {
  try {
    return window.localStorage.getItem(PREFIX + name);
  } catch {
    return null; // storage is switched off
  }
}

/** What was kept under a name; what is not as `check` wants it counts as nothing. */
export function parseKept<T>(text: string | null, check: (value: unknown) => value is T): T | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return check(value) ? value : null;
  } catch {
    return null;
  }
}

/** A value that this browser keeps, the same in every component that uses the name; null forgets it. */
export function useRemembered<T>(
  name: string,
  check: (value: unknown) => value is T,
): [T | null, (value: T | null) => void] {
  const text = useSyncExternalStore(subscribe, () => readText(name));
  const remember = useCallback(
    (value: T | null) => {
      try {
        if (value === null) window.localStorage.removeItem(PREFIX + name);
        else window.localStorage.setItem(PREFIX + name, JSON.stringify(value));
      } catch {
        // Full or switched off: the choice lasts no longer than the page.
      }
      for (const listener of listeners) listener();
    },
    [name],
  );
  return [parseKept(text, check), remember];
}

export const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
