import { Modal, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import { formatDuration } from '../../lib/time';
import { Code, Id } from '../../ui/Copy';
import { Facts } from '../../ui/Facts';
import { Failure } from '../../ui/Failure';
import { Status } from '../../ui/Status';
import { Due, Time } from '../../ui/Time';
import { FAILURES } from '../payments/describe';
import classes from './Webhooks.module.css';

/** One delivery: what was sent, what came back, attempt by attempt. */
export function DeliveryDetail({ id, onClose }: { id: string; onClose: () => void }) {
  const delivery = useQuery({
    queryKey: ['webhooks', 'delivery', id],
    queryFn: () => ask(api.GET('/api/v1/webhooks/{delivery_id}', { params: { path: { delivery_id: id } } })),
  });
  const { data } = delivery;
  return (
    <Modal opened onClose={onClose} size="xl" title={data ? data.event : 'Delivery'}>
      {delivery.isError && <Failure error={delivery.error} />}
      {delivery.isPending && <Skeleton height={240} />}
      {data && (
        <Stack data-test-id="delivery-detail">
          <Facts
            facts={[
              ['Status', <Status key="status" value={data.status} />],
              ['Delivery', <Id key="id" value={data.id} />],
              ['Event', <Id key="event" value={data.event_id} />],
              data.next_retry_at && ['Next try', <Due key="next" at={data.next_retry_at} />],
            ]}
          />
          <h3 className={classes.small}>Attempts</h3>
          {data.attempts_log.length === 0 && <p className="muted">None has ended yet.</p>}
          <ol className={classes.attempts}>
            {data.attempts_log.map((attempt, index) => (
              <li key={attempt.started_at}>
                <details open={index === data.attempts_log.length - 1}>
                  <summary>
                    <Status value={attempt.error_class ? 'failed' : 'success'} />{' '}
                    {attempt.response_code ?? FAILURES[attempt.error_class ?? ''] ?? 'no answer'} in{' '}
                    {formatDuration(attempt.duration_ms)} · <Time at={attempt.started_at} />
                  </summary>
                  <Stack gap="xs" mt="xs">
                    {attempt.error && <p>{attempt.error}</p>}
                    <Code label="request headers" text={JSON.stringify(attempt.request_headers, null, 2)} />
                    {attempt.response_body && <Code label="response body" text={attempt.response_body} />}
                  </Stack>
                </details>
              </li>
            ))}
          </ol>
          <h3 className={classes.small}>Body that is signed and sent</h3>
          <Code label="the body" text={JSON.stringify(data.payload)} />
        </Stack>
      )}
    </Modal>
  );
}
