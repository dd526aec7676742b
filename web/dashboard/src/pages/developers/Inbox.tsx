import { Button, Group, Stack, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, newIdempotencyKey } from '../../api/client';
import type { components } from '../../api/schema';
import { useMay } from '../../session/session';
import { Code, Id } from '../../ui/Copy';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import classes from './Inbox.module.css';

type Message = components['schemas']['InboxMessage'];

/** Every few seconds: what arrives here is no change that the live stream tells of. */
const LOOK_MS = 3_000;

/** A receiver of the gateway's own, for whoever has none yet. */
export function Inbox() {
  const may = useMay('webhooks');
  const queries = useQueryClient();
  const inbox = useQuery({
    queryKey: ['webhooks', 'inbox'],
    queryFn: () => ask(api.GET('/api/v1/inbox')),
    refetchInterval: ({ state }) => (state.data?.endpoint_id ? LOOK_MS : false),
  });
  const settle = {
    onSuccess: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
    onError: (error: Error) =>
      notifications.show({ color: 'red', title: 'The inbox did not change', message: error.message }),
  };
  const open = useMutation({
    mutationFn: (answer: 200 | 503) => {
      const header = { 'Idempotency-Key': newIdempotencyKey() };
      return ask(api.POST('/api/v1/inbox', { params: { header }, body: { answer } }));
    },
    ...settle,
  });
  const close = useMutation({ mutationFn: () => ask(api.DELETE('/api/v1/inbox')), ...settle });
  const send = useMutation({
    mutationFn: (endpoint_id: string) => {
      const header = { 'Idempotency-Key': newIdempotencyKey() };
      return ask(
        api.POST('/api/v1/webhooks/endpoints/{endpoint_id}/test', {
          params: { path: { endpoint_id }, header },
        }),
      );
    },
    ...settle,
  });
  const { data } = inbox;
  const endpoint = data?.endpoint_id;
  return (
    <Panel
      title="Webhook inbox"
      lead="A receiver of ours: it shows each webhook, and whether a receiver with the secret would take it."
      testId="webhook-inbox"
      flush
      actions={
        may &&
        data &&
        (endpoint ? (
          <Group gap="sm">
            <Switch
              label="Answer 503"
              checked={data.answer === 503}
              disabled={open.isPending}
              onChange={(event) => open.mutate(event.currentTarget.checked ? 503 : 200)}
            />
            <Button
              variant="default"
              loading={send.isPending}
              data-test-id="inbox-send"
              onClick={() => send.mutate(endpoint)}
            >
              Send a test event
            </Button>
            <Button variant="default" loading={close.isPending} onClick={() => close.mutate()}>
              Close
            </Button>
          </Group>
        ) : (
          <Button loading={open.isPending} data-test-id="inbox-open" onClick={() => open.mutate(200)}>
            Open an inbox
          </Button>
        ))
      }
    >
      {inbox.isError && <Failure error={inbox.error} retry={() => inbox.refetch()} />}
      {data?.url && (
        <div className={classes.address}>
          <Id value={data.url} what="the inbox’s URL" />
        </div>
      )}
      {data?.data.length === 0 && (
        <Empty title={endpoint ? 'Nothing has arrived yet' : 'The inbox is closed'}>
          {endpoint
            ? 'Make a payment above, or send a test event.'
            : 'Open it: every event is sent to it from then on, as to any other endpoint.'}
        </Empty>
      )}
      <ol className={classes.list}>
        {data?.data.map((one) => (
          <Line key={one.id} message={one} />
        ))}
      </ol>
    </Panel>
  );
}

function Line({ message }: { message: Message }) {
  return (
    <li data-test-id="inbox-item">
      <details>
        <summary className={classes.line}>
          <Status value={message.verified ? 'verified' : 'not verified'} testId="inbox-verified" />
          <span className="mono">{message.event ?? 'no event'}</span>
          {message.answered !== 200 && <span className="muted">answered {message.answered}</span>}
          <span className={classes.when}>
            <Time at={message.received_at} />
          </span>
        </summary>
        <Stack gap="xs" className={classes.detail}>
          {message.problems.map((problem) => (
            <p key={problem.code}>
              <strong>{problem.message}</strong> {problem.fix}
            </p>
          ))}
          <Code label="the headers" text={JSON.stringify(message.headers, null, 2)} />
          <Code label="the body" text={message.body} />
        </Stack>
      </details>
    </li>
  );
}
