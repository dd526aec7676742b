import { Ago, Due } from '../../ui/Time';
import { type Endpoint, stateOf, waitingText } from './endpoint';

/** How an endpoint has been doing, in words: since when it fails, what waits for it, when it is tried again. */
export function Health({ endpoint }: { endpoint: Endpoint }) {
  const { health, disabled_reason } = endpoint;
  const waiting = waitingText(endpoint);
  const state = stateOf(endpoint);
  if (state === 'disabled') return <>{disabled_reason ?? 'disabled'}</>;
  if (state === 'enabled') return <>{waiting ? `${health.state}, ${waiting} on their way` : health.state}</>;
  return (
    <span data-test-id="endpoint-health">
      {health.failures_in_row} {health.failures_in_row === 1 ? 'failure' : 'failures in a row'}
      {health.failing_since && (
        <>
          , since <Ago at={health.failing_since} />
        </>
      )}
      {waiting && `. ${waiting} wait`}
      {state === 'paused' && health.next_probe_at && (
        <>
          . {waiting ? 'One of them' : 'The next one'} is tried: <Due at={health.next_probe_at} />
        </>
      )}
    </span>
  );
}
