import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask, newIdempotencyKey } from '../../../api/client';
import type { components } from '../../../api/schema';
import type { Surroundings } from '../../docs/snippets';
import { endpointsQuery } from '../../webhooks/queries';
import { Act } from './Act';
import { useAnswer, useChanged } from './answers';
import { openInbox, sendTest } from './commands';

type Opened = components['schemas']['InboxAnswer'];
type Sent = components['schemas']['WebhookTestAnswer'];
const header = () => ({ 'Idempotency-Key': newIdempotencyKey() });

/** A place for webhooks: the gateway's own inbox with one click, or a URL of one's own. */
export function EndpointStep({ of }: { of: Surroundings }) {
  const [answer, keep] = useAnswer<Opened>('endpoint');
  const changed = useChanged();
  const run = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/inbox', { params: { header: header() }, body: { answer: 200 } })),
    onSuccess: keep,
    onSettled: changed,
  });
  return (
    <Act
      step="endpoint"
      command={openInbox(of)}
      permission="webhooks"
      button="Open an inbox"
      pending={run.isPending}
      error={run.error}
      answer={answer && { url: answer.url, endpoint_id: answer.endpoint_id, answer: answer.answer }}
      onRun={() => run.mutate()}
    >
      <Link className="link" to="/dashboard/webhooks">
        Enter a URL of your own instead
      </Link>
    </Act>
  );
}

/** A test event to the endpoint, and what came back. */
export function DeliveryStep({ of }: { of: Surroundings }) {
  const [answer, keep] = useAnswer<Sent>('delivery');
  const changed = useChanged();
  const endpoints = useQuery(endpointsQuery);
  const endpoint = endpoints.data?.data.find((one) => one.url && one.status === 'enabled')?.id;
  const run = useMutation({
    mutationFn: (endpoint_id: string) =>
      ask(
        api.POST('/api/v1/webhooks/endpoints/{endpoint_id}/test', {
          params: { path: { endpoint_id }, header: header() },
        }),
      ),
    onSuccess: keep,
    onSettled: changed,
  });
  return (
    <Act
      step="delivery"
      command={sendTest(of, endpoint ?? 'we_…')}
      permission="webhooks"
      pending={run.isPending || endpoints.isPending}
      error={run.error ?? (run.data && !run.data.delivered ? new Error(run.data.message) : null)}
      answer={answer}
      onRun={() => endpoint && run.mutate(endpoint)}
    >
      {answer && (
        <Link className="link" to="/dashboard/test-tools">
          Show the inbox
        </Link>
      )}
    </Act>
  );
}
