/** The two transports of live changes behind one call. */

import { ApiError, dashboardHeaders, toApiError } from '../api/client';
import type { Mode } from '../session/mode';
import { type Changes, parseEvent } from './parseEvent';

export type LiveState = 'live' | 'polling' | 'offline';

interface Listeners {
  onState: (state: LiveState) => void;
  /** Nouns of which something has changed: `payments`, `refunds`, `orders`, `webhooks`. */
  onChange: (nouns: string[]) => void;
  /** Nobody is logged in any more; nothing is followed after this. */
  onLoggedOut: (error: ApiError) => void;
}

const POLL_MS = 4_000;
const HIDDEN_MS = 30_000;
const OFFLINE_MS = 5_000;
/** A stream that lasted less has ended at once, and the next one waits: twice as long each time, up to a limit. */
const SHORT_MS = 5_000;
const AGAIN_MS = 1_000;
const MOST_AGAIN_MS = 30_000;

/** Follow until the returned function is called. Starts with the stream and falls back to polling. */
export function follow(_mode: Mode, listeners: Listeners): () => void {
  const stop = new AbortController();
  void run(stop.signal, listeners);
  return () => stop.abort();
}

async function run(signal: AbortSignal, listeners: Listeners): Promise<void> {
  let cursor = '';
  let streams = true;
  let short = 0;
  while (!signal.aborted) {
    try {
      if (streams) {
        const opened = Date.now();
        streams = await stream(signal, cursor, listeners, (next) => {
          cursor = next;
        });
        if (streams) {
          short = Date.now() - opened < SHORT_MS ? short + 1 : 0;
          if (short) await pause(Math.min(AGAIN_MS * 2 ** (short - 1), MOST_AGAIN_MS), signal);
          continue;
        }
      }
      const changes = await poll(signal, cursor);
      listeners.onState('polling');
      if (changes.nouns.length) listeners.onChange(changes.nouns);
      cursor = changes.cursor;
      await pause(document.hidden ? HIDDEN_MS : POLL_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status === 401) return listeners.onLoggedOut(error);
      listeners.onState('offline');
      await pause(OFFLINE_MS, signal);
    }
  }
}

/** Reads the stream until it ends. False if the server cannot hold one: then only polling is left. */
async function stream(
  signal: AbortSignal,
  cursor: string,
  listeners: Listeners,
  keep: (cursor: string) => void,
): Promise<boolean> {
  const response = await fetch(`/api/v1/changes/stream${query(cursor)}`, {
    headers: dashboardHeaders(),
    signal,
  });
  if (response.status === 404 || response.status === 501) return false;
  if (!response.ok || !response.body) throw toApiError(response, undefined);
  listeners.onState('live');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return true;
    const parts = (rest + value).split(/\r?\n\r?\n/);
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const changes = parseEvent(part);
      if (!changes) continue;
      keep(changes.cursor);
      if (changes.nouns.length) listeners.onChange(changes.nouns);
    }
  }
}

async function poll(signal: AbortSignal, cursor: string): Promise<Changes> {
  const response = await fetch(`/api/v1/changes${query(cursor)}`, { headers: dashboardHeaders(), signal });
  if (!response.ok) throw toApiError(response, undefined);
  return (await response.json()) as Changes;
}

function query(cursor: string): string {
  return cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
