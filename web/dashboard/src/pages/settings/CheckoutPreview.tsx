import { useEffect, useRef, useState } from 'react';
import { useMode } from '../../session/mode';
import { useSession } from '../../session/session';
import classes from './Business.module.css';

/** How long the checkout may take before it counts as absent. */
const PATIENCE_MS = 8_000;
const LEAST_HEIGHT = 384;
const MOST_HEIGHT = 900;

/** The real checkout in a frame, told what to look like while one types. */
export function CheckoutPreview({
  name,
  color,
  methods,
}: {
  name: string;
  color: string;
  methods: string[];
}) {
  const { checkout_url } = useSession();
  const mode = useMode();
  const origin = new URL(checkout_url).origin;
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState<number | null>(null);
  const [late, setLate] = useState(false);
  const ready = height !== null;
  useEffect(() => {
    const hear = (event: MessageEvent) => {
      if (event.source !== frame.current?.contentWindow || event.origin !== origin) return;
      if (event.data?.pgw !== 'preview' || typeof event.data.height !== 'number') return;
      setHeight(Math.min(Math.max(event.data.height, LEAST_HEIGHT), MOST_HEIGHT));
    };
    window.addEventListener('message', hear);
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => {
      window.removeEventListener('message', hear);
      clearTimeout(timer);
    };
  }, [origin]);
  useEffect(() => {
    if (!ready) return;
    const look = { pgw: 'preview', name, primary: color, methods, mode };
    frame.current?.contentWindow?.postMessage(look, origin);
  }, [ready, name, color, methods, mode, origin]);
  return (
    <>
      {late && !ready && (
        <p className={classes.absent} role="status">
          The checkout at {origin} does not show a preview. Is it running, and does its GATEWAY_DASHBOARD_URL
          name this dashboard?
        </p>
      )}
      <iframe
        ref={frame}
        title="Checkout preview"
        className={classes.preview}
        data-test-id="checkout-preview"
        src={`${origin}/preview`}
        sandbox="allow-scripts allow-same-origin"
        referrerPolicy="no-referrer"
        hidden={late && !ready}
        height={height ?? LEAST_HEIGHT}
      />
    </>
  );
}
