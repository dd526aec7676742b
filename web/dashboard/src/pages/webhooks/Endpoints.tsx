import { ActionIcon, Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api, ask } from '../../api/client';
import { useMay } from '../../session/session';
import { Confirm } from '../../ui/Confirm';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import type { Endpoint } from './endpoint';

const EndpointForm = lazy(async () => ({ default: (await import('./EndpointForm')).EndpointForm }));
const EndpointSecret = lazy(async () => ({ default: (await import('./EndpointSecret')).EndpointSecret }));

type Dialog = 'form' | 'secret' | 'delete';

/** Every endpoint with its health; the first one is also the form above. */
export function Endpoints() {
  const may = useMay('webhooks');
  const [dialog, setDialog] = useState<{ kind: Dialog; endpoint: Endpoint | null } | null>(null);
  const endpoints = useQuery({
    queryKey: ['webhooks', 'endpoints'],
    queryFn: () => ask(api.GET('/api/v1/webhooks/endpoints')),
  });
  const close = () => setDialog(null);
  return (
    <Panel
      title="All endpoints"
      lead="More than one may listen, each to events of its choice."
      flush
      actions={
        may && (
          <Button size="xs" variant="default" onClick={() => setDialog({ kind: 'form', endpoint: null })}>
            Add endpoint
          </Button>
        )
      }
    >
      {endpoints.isError ? (
        <Failure error={endpoints.error} retry={() => endpoints.refetch()} />
      ) : (
        <DataTable
          label="Webhook endpoints"
          rows={endpoints.data?.data}
          rowKey={(row) => row.id}
          rowAttributes={(row) => ({ 'data-test-id': 'endpoint-row', 'data-endpoint-id': row.id })}
          empty={<Empty title="No endpoint yet">Save a URL above, or add one.</Empty>}
          columns={[
            {
              key: 'url',
              title: 'URL',
              cell: (row) => (
                <span>
                  {row.url || <span className="muted">no URL yet</span>}
                  {row.description && <span className="muted"> · {row.description}</span>}
                </span>
              ),
            },
            { key: 'events', title: 'Events', cell: (row) => (row.events ? row.events.join(', ') : 'all') },
            {
              key: 'status',
              title: 'Status',
              cell: (row) => (
                <span title={row.disabled_reason ?? undefined}>
                  <Status value={row.status} />
                </span>
              ),
            },
            { key: 'health', title: 'Health', cell: (row) => healthText(row) },
            {
              key: 'actions',
              title: 'Actions',
              align: 'right',
              cell: (row) => may && <EndpointMenu endpoint={row} onDialog={setDialog} />,
            },
          ]}
        />
      )}
      <Suspense>
        {dialog?.kind === 'form' && <EndpointForm endpoint={dialog.endpoint} onClose={close} />}
        {dialog?.kind === 'secret' && dialog.endpoint && (
          <EndpointSecret endpoint={dialog.endpoint} onClose={close} />
        )}
      </Suspense>
      {dialog?.kind === 'delete' && dialog.endpoint && (
        <DeleteEndpoint endpoint={dialog.endpoint} onClose={close} />
      )}
    </Panel>
  );
}

function healthText({ health, disabled_reason, status }: Endpoint): string {
  if (status === 'disabled') return disabled_reason ?? 'disabled';
  if (health.state === 'failing') return `${health.failures_in_row} failures in a row`;
  if (health.state === 'paused') return 'paused after failures, probing';
  return health.state;
}

function EndpointMenu({
  endpoint,
  onDialog,
}: {
  endpoint: Endpoint;
  onDialog: (dialog: { kind: Dialog; endpoint: Endpoint }) => void;
}) {
  const queries = useQueryClient();
  const maySecrets = useMay('webhooks:secrets');
  const path = { endpoint_id: endpoint.id };
  const act = useMutation({
    mutationFn: async (kind: 'enable' | 'disable' | 'test'): Promise<string> => {
      if (kind === 'test') {
        return (await ask(api.POST('/api/v1/webhooks/endpoints/{endpoint_id}/test', { params: { path } })))
          .message;
      }
      const status = kind === 'enable' ? ('enabled' as const) : ('disabled' as const);
      await ask(
        api.PATCH('/api/v1/webhooks/endpoints/{endpoint_id}', { params: { path }, body: { status } }),
      );
      return status === 'enabled' ? 'Enabled' : 'Paused: nothing is sent to it';
    },
    onSuccess: (message) => notifications.show({ color: 'teal', title: endpoint.url, message }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not done', message: error.message }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
  });
  const enabled = endpoint.status === 'enabled';
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${endpoint.url || endpoint.id}`}>
          <IconDots size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onDialog({ kind: 'form', endpoint })}>Edit …</Menu.Item>
        {endpoint.url && <Menu.Item onClick={() => act.mutate('test')}>Send test event</Menu.Item>}
        {maySecrets && <Menu.Item onClick={() => onDialog({ kind: 'secret', endpoint })}>Secret …</Menu.Item>}
        {endpoint.url && (
          <Menu.Item onClick={() => act.mutate(enabled ? 'disable' : 'enable')}>
            {enabled ? 'Pause' : 'Enable'}
          </Menu.Item>
        )}
        {!endpoint.is_default && (
          <Menu.Item color="red" onClick={() => onDialog({ kind: 'delete', endpoint })}>
            Delete …
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function DeleteEndpoint({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const queries = useQueryClient();
  const params = { path: { endpoint_id: endpoint.id } };
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/webhooks/endpoints/{endpoint_id}', { params })),
    onSuccess: () => {
      notifications.show({ color: 'teal', title: endpoint.url, message: 'Deleted; its log stays' });
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
  });
  return (
    <Confirm
      title="Delete endpoint"
      button="Delete endpoint"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      Nothing is sent to <span className="mono">{endpoint.url || endpoint.id}</span> any more, also no
      repeats. Its log stays. To stop it for a while, pause it instead.
    </Confirm>
  );
}
