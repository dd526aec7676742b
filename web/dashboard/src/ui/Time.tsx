import { useEffect, useState } from 'react';
import { formatDue, formatExact, formatMoment, formatRelative } from '../lib/time';

/** A moment in the viewer's zone; the exact one in the tooltip. */
export function Time({ at, testId }: { at: string; testId?: string }) {
  return (
    <time className="num" dateTime={at} title={formatExact(at)} data-test-id={testId}>
      {formatMoment(at)}
    </time>
  );
}

/** `5 minutes ago`, kept true. */
export function Ago({ at }: { at: string }) {
  return <Relative at={at} format={formatRelative} />;
}

/** When something is to happen: `in 2 minutes`, then `due now`, then how long it is late. Kept true. */
export function Due({ at }: { at: string }) {
  return <Relative at={at} format={formatDue} />;
}

const TICK_MS = 5_000;

function Relative({ at, format }: { at: string; format: (iso: string, now: Date) => string }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={formatExact(at)}>
      {format(at, now)}
    </time>
  );
}
