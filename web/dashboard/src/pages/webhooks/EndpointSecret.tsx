import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import { useIntent } from '../../api/intent';
import { Code } from '../../ui/Copy';
import { Time } from '../../ui/Time';
import type { Endpoint } from './endpoint';

/** An endpoint's signing secret, and a rotation with a day's overlap. */
export function EndpointSecret({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const queries = useQueryClient();
  const params = { path: { endpoint_id: endpoint.id } };
  const key = ['webhooks', 'secret', endpoint.id];
  const secret = useQuery({
    queryKey: key,
    queryFn: () => ask(api.GET('/api/v1/webhooks/endpoints/{endpoint_id}/secret', { params })),
    gcTime: 0,
  });
  const intent = useIntent();
  const rotate = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/webhooks/endpoints/{endpoint_id}/rotate-secret', {
          params: { ...params, header: intent.header() },
          body: {} as never,
        }),
      ),
    onSettled: (_, error) => intent.settle(error),
    onSuccess: (fresh) => {
      queries.setQueryData(key, fresh);
      queries.invalidateQueries({ queryKey: ['webhooks', 'config'] });
    },
  });
  const error = secret.error ?? rotate.error;
  return (
    <Modal opened onClose={onClose} title="Signing secret">
      <Stack>
        {error && (
          <Alert color="red" role="alert">
            {error.message}
          </Alert>
        )}
        {secret.data && <Code label="the signing secret" text={secret.data.secret} />}
        {secret.data?.previous_secret_expires_at && (
          <p className="muted">
            The one before signs as well until <Time at={secret.data.previous_secret_expires_at} />.
          </p>
        )}
        <Group justify="flex-end">
          <Button variant="default" loading={rotate.isPending} onClick={() => rotate.mutate()}>
            Rotate
          </Button>
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
