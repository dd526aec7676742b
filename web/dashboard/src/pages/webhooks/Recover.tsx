import { Alert, Button, Group, Modal, NativeSelect, Progress, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import { useIntent } from '../../api/intent';
import { endpointsQuery } from './queries';

const SPANS = [
  { value: '1', label: 'the last hour' },
  { value: '24', label: 'the last 24 hours' },
  { value: '168', label: 'the last 7 days' },
  { value: '720', label: 'the last 30 days' },
];
const WANTED = [
  { value: 'missed', label: 'everything that was missed' },
  { value: 'failed', label: 'what has failed' },
  { value: 'all', label: 'everything, delivered or not' },
];

/** Send again in bulk: how many first, then progress, with a way to stop. */
export function Recover({ onClose }: { onClose: () => void }) {
  const [hours, setHours] = useState('24');
  const [status, setStatus] = useState('failed');
  const [endpoint, setEndpoint] = useState('');
  // Fixed when the dialog opens, so that preview and start mean the same span.
  const [now] = useState(() => Date.now());
  const [started, setStarted] = useState<string | null>(null);
  const queries = useQueryClient();
  const body = {
    since: new Date(now - Number(hours) * 3_600_000).toISOString(),
    status: status as 'failed',
    ...(endpoint ? { endpoint_id: endpoint } : {}),
  };
  const intent = useIntent(body);
  const endpoints = useQuery(endpointsQuery);
  const preview = useQuery({
    queryKey: ['webhooks', 'recover-preview', body],
    queryFn: () => ask(api.POST('/api/v1/webhooks/recover', { body: { ...body, dry_run: true } })),
    enabled: !started,
  });
  const start = useMutation({
    mutationFn: () => {
      const params = { header: intent.header() };
      return ask(api.POST('/api/v1/webhooks/recover', { params, body: { ...body, dry_run: false } }));
    },
    onSettled: (_, error) => intent.settle(error),
    onSuccess: (recovery) => {
      setStarted(recovery.id);
      queries.invalidateQueries({ queryKey: ['webhooks'] });
    },
  });
  const total = preview.data?.total ?? 0;
  const some = endpoints.data?.data.filter((one) => one.url) ?? [];
  if (started) return <Running id={started} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title="Recover deliveries">
      <Stack>
        {(preview.error ?? start.error) && (
          <Alert color="red" role="alert">
            {(preview.error ?? start.error)?.message}
          </Alert>
        )}
        <NativeSelect
          label="Send again"
          data-autofocus
          value={status}
          data={WANTED}
          onChange={(event) => setStatus(event.currentTarget.value)}
        />
        <NativeSelect
          label="From"
          value={hours}
          data={SPANS}
          onChange={(event) => setHours(event.currentTarget.value)}
        />
        <NativeSelect
          label="To"
          value={endpoint}
          data={[
            { value: '', label: 'every enabled endpoint' },
            ...some.map((one) => ({ value: one.id, label: one.url })),
          ]}
          onChange={(event) => setEndpoint(event.currentTarget.value)}
        />
        <p aria-live="polite" data-test-id="recover-preview">
          {preview.isFetching
            ? 'Counting …'
            : preview.data
              ? `${preview.data.total_is_exact ? '' : 'More than '}${total.toLocaleString()} ${total === 1 ? 'delivery' : 'deliveries'} would be sent again, at your endpoints' own pace.`
              : ''}
        </p>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button
            loading={start.isPending}
            disabled={total === 0 || preview.isFetching}
            onClick={() => start.mutate()}
            data-test-id="recover-start"
          >
            Send {total > 0 ? total.toLocaleString() : ''} again
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Running({ id, onClose }: { id: string; onClose: () => void }) {
  const queries = useQueryClient();
  const params = { path: { recovery_id: id } };
  const recovery = useQuery({
    queryKey: ['webhooks', 'recovery', id],
    queryFn: () => ask(api.GET('/api/v1/webhooks/recover/{recovery_id}', { params })),
    refetchInterval: (query) => (query.state.data?.status === 'running' || !query.state.data ? 800 : false),
  });
  const cancel = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/webhooks/recover/{recovery_id}/cancel', { params })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
  });
  const { data } = recovery;
  const share = data ? (data.total === 0 ? 100 : (data.scheduled / data.total) * 100) : 0;
  return (
    <Modal opened onClose={onClose} title="Recover deliveries">
      <Stack>
        <Progress value={share} aria-label="Progress" />
        <p aria-live="polite" data-test-id="recover-progress" data-status={data?.status}>
          {data
            ? `${data.scheduled.toLocaleString()} of ${data.total.toLocaleString()} are due again (${data.status}).`
            : 'Starting …'}
        </p>
        <Group justify="flex-end">
          {data?.status === 'running' && (
            <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              Stop
            </Button>
          )}
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
