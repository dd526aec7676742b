import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import { useMay } from '../../session/session';
import { type Endpoint, type EndpointDialog, stateOf } from './endpoint';

interface Props {
  endpoint: Endpoint;
  onDialog: (dialog: EndpointDialog) => void;
}

/** What can be done with one endpoint. */
export function EndpointMenu({ endpoint, onDialog }: Props) {
  const queries = useQueryClient();
  const maySecrets = useMay('webhooks:secrets');
  const path = { endpoint_id: endpoint.id };
  const state = stateOf(endpoint);
  const act = useMutation({
    mutationFn: async (kind: 'enable' | 'resume' | 'disable' | 'test'): Promise<Outcome> => {
      if (kind === 'test') {
        const sent = await ask(
          api.POST('/api/v1/webhooks/endpoints/{endpoint_id}/test', { params: { path } }),
        );
        return { done: sent.delivered, message: sent.message };
      }
      const status = kind === 'disable' ? ('disabled' as const) : ('enabled' as const);
      await ask(
        api.PATCH('/api/v1/webhooks/endpoints/{endpoint_id}', { params: { path }, body: { status } }),
      );
      return { done: true, message: WORDS[kind] };
    },
    onSuccess: ({ done, message }) =>
      notifications.show({ color: done ? 'teal' : 'red', title: endpoint.url, message }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not done', message: error.message }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
  });
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
        {state === 'paused' && (
          <Menu.Item onClick={() => act.mutate('resume')}>Send what waits now</Menu.Item>
        )}
        {endpoint.url && (
          <Menu.Item onClick={() => act.mutate(state === 'disabled' ? 'enable' : 'disable')}>
            {state === 'disabled' ? 'Enable' : 'Disable'}
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

interface Outcome {
  done: boolean;
  message: string;
}

const WORDS = {
  enable: 'Enabled',
  // Enabling forgets the failures, so the next claim takes what is due.
  resume: 'What waits is sent from now on',
  disable: 'Disabled: nothing is sent to it',
};
