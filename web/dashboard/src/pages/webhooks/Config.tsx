import { Alert, Button, Group, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, ask, newIdempotencyKey } from '../../api/client';
import type { WebhookConfig } from '../../api/types';
import { formatDuration } from '../../lib/time';
import { Failure } from '../../ui/Failure';
import { Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { type Endpoint, stateOf } from './endpoint';
import { Health } from './Health';
import { configQuery, endpointsQuery } from './queries';
import { Secret } from './Secret';
import classes from './Webhooks.module.css';

/** The first endpoint: its URL, its secret, and a test event. */
export function Config() {
  const config = useQuery(configQuery);
  const endpoints = useQuery(endpointsQuery);
  const endpoint = endpoints.data?.data.find((one) => one.id === config.data?.endpoint_id);
  return (
    <Panel
      title="Endpoint"
      lead="Where events go. Each is signed, and tried again until your server answers 2xx."
      testId="webhook-config"
      actions={
        config.data?.webhook_url ? (
          <Status value={endpoint ? stateOf(endpoint) : config.data.status} testId="webhook-config-status" />
        ) : undefined
      }
    >
      {config.isError && <Failure error={config.error} retry={() => config.refetch()} />}
      {config.data && <Loaded config={config.data} endpoint={endpoint} />}
    </Panel>
  );
}

function Loaded({ config, endpoint }: { config: WebhookConfig; endpoint: Endpoint | undefined }) {
  const [url, setUrl] = useState(config.webhook_url ?? '');
  const queries = useQueryClient();
  useEffect(() => setUrl(config.webhook_url ?? ''), [config.webhook_url]);
  const save = useMutation({
    mutationFn: () =>
      ask(
        api.PUT('/api/v1/webhooks/config', {
          body: { webhook_url: url.trim() || null, events: config.events },
        }),
      ),
    onSuccess: (saved) => {
      queries.setQueryData(configQuery.queryKey, saved);
      queries.invalidateQueries({ queryKey: endpointsQuery.queryKey });
      notifications.show({
        color: 'teal',
        title: 'Saved',
        message: saved.webhook_url ? 'Events go there from now on.' : 'Nothing is sent any more.',
      });
    },
  });
  const test = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/webhooks/test', { params: { header: { 'Idempotency-Key': newIdempotencyKey() } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
  });
  return (
    <form
      data-test-id="webhook-config-form"
      noValidate
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      {config.disabled_reason && config.webhook_url && (
        <Alert color="yellow" role="status">
          Disabled: {config.disabled_reason}. Saving the URL enables it again.
        </Alert>
      )}
      {endpoint && stateOf(endpoint) === 'paused' && (
        <Alert color="red" role="status" title="Paused after failures" data-test-id="paused-note">
          <Health endpoint={endpoint} />. The first success sends the rest.
        </Alert>
      )}
      <TextInput
        label="URL"
        type="url"
        placeholder="https://shop.example/webhooks"
        data-test-id="webhook-url-input"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={save.isError ? save.error.message : undefined}
      />
      <Secret secret={config.webhook_secret} />
      <Group>
        <Button type="submit" loading={save.isPending} data-test-id="save-webhook-button">
          Save
        </Button>
        <Button
          variant="default"
          loading={test.isPending}
          disabled={!config.webhook_url}
          data-test-id="test-webhook-button"
          onClick={() => test.mutate()}
        >
          Send test event
        </Button>
      </Group>
      {test.isError && (
        <Alert color="red" role="alert">
          {test.error.message}
        </Alert>
      )}
      {test.data && (
        <Alert color={test.data.delivered ? 'teal' : 'red'} role="status" title={test.data.message}>
          {test.data.response_code
            ? `Your server answered ${test.data.response_code} in `
            : 'No answer after '}
          {formatDuration(test.data.duration_ms)}.{test.data.error ? ` ${test.data.error}` : ''}
          {test.data.response_body && <pre className={classes.answer}>{test.data.response_body}</pre>}
        </Alert>
      )}
    </form>
  );
}
