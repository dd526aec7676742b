import { useEffect, useState } from 'react';
import { formatExact, formatMoment, formatRelative } from '../lib/time';

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
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={formatExact(at)}>
      {formatRelative(at, now)}
    </time>
  );
}
