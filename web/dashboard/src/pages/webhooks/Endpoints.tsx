import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import { useMay } from '../../session/session';
import { Confirm } from '../../ui/Confirm';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { lazyDialog } from '../../ui/lazy';
import { Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { EndpointMenu } from './EndpointMenu';
import { type Endpoint, type EndpointDialog, stateOf } from './endpoint';
import { Health } from './Health';
import { endpointsQuery } from './queries';
import classes from './Webhooks.module.css';

const EndpointForm = lazyDialog<{ endpoint: Endpoint | null; onClose: () => void }>(
  () => import('./EndpointForm'),
  'EndpointForm',
);
const EndpointSecret = lazyDialog<{ endpoint: Endpoint; onClose: () => void }>(
  () => import('./EndpointSecret'),
  'EndpointSecret',
);

/** Every endpoint with its health; the first one is also the form above. */
export function Endpoints() {
  const may = useMay('webhooks');
  const [dialog, setDialog] = useState<EndpointDialog | null>(null);
  const endpoints = useQuery(endpointsQuery);
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
      {endpoints.isError && <Failure error={endpoints.error} retry={() => endpoints.refetch()} />}
      {(endpoints.data || !endpoints.isError) && (
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
                <span className={classes.url}>
                  {row.url || <span className="muted">no URL yet</span>}
                  {row.description && <span className="muted"> · {row.description}</span>}
                </span>
              ),
            },
            { key: 'events', title: 'Events', cell: (row) => (row.events ? row.events.join(', ') : 'all') },
            {
              key: 'status',
              title: 'Status',
              cell: (row) => <Status value={stateOf(row)} testId="endpoint-status" />,
            },
            { key: 'health', title: 'Health', cell: (row) => <Health endpoint={row} /> },
            {
              key: 'actions',
              title: 'Actions',
              align: 'right',
              cell: (row) => may && <EndpointMenu endpoint={row} onDialog={setDialog} />,
            },
          ]}
        />
      )}
      {dialog?.kind === 'form' && <EndpointForm endpoint={dialog.endpoint} onClose={close} />}
      {dialog?.kind === 'secret' && dialog.endpoint && (
        <EndpointSecret endpoint={dialog.endpoint} onClose={close} />
      )}
      {dialog?.kind === 'delete' && dialog.endpoint && (
        <DeleteEndpoint endpoint={dialog.endpoint} onClose={close} />
      )}
    </Panel>
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
      repeats. Its log stays. To stop it for a while, disable it instead.
    </Confirm>
  );
}
