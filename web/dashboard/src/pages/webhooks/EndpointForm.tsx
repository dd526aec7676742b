import { Alert, Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import { useIntent } from '../../api/intent';
import { Code } from '../../ui/Copy';
import type { Endpoint } from './endpoint';
import { EVENT_TYPES } from './eventTypes';

/** Add an endpoint, or change one. A new one shows its secret. */
export function EndpointForm({ endpoint, onClose }: { endpoint: Endpoint | null; onClose: () => void }) {
  const [url, setUrl] = useState(endpoint?.url ?? '');
  const [description, setDescription] = useState(endpoint?.description ?? '');
  const [all, setAll] = useState(!endpoint?.events);
  const [events, setEvents] = useState<string[]>(endpoint?.events ?? []);
  const queries = useQueryClient();
  const body = { url: url.trim(), description, events: all ? null : events };
  const intent = useIntent(body);
  const save = useMutation({
    mutationFn: async (): Promise<string | null> => {
      if (!endpoint) {
        const params = { header: intent.header() };
        return (await ask(api.POST('/api/v1/webhooks/endpoints', { params, body: body as never }))).secret;
      }
      const params = { path: { endpoint_id: endpoint.id } };
      await ask(api.PATCH('/api/v1/webhooks/endpoints/{endpoint_id}', { params, body: body as never }));
      return null;
    },
    onSuccess: (secret) => {
      if (!secret) onClose();
    },
    onSettled: (_, error) => {
      intent.settle(error);
      queries.invalidateQueries({ queryKey: ['webhooks'] });
    },
  });
  if (save.data) {
    return (
      <Modal opened onClose={onClose} title="Endpoint added">
        <Stack>
          <p>Its signing secret, for your server:</p>
          <Code label="the signing secret" text={save.data} />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onClose} title={endpoint ? 'Edit endpoint' : 'Add endpoint'}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack>
          {save.isError && (
            <Alert color="red" role="alert">
              {save.error.message}
            </Alert>
          )}
          <TextInput
            label="URL"
            type="url"
            data-autofocus
            placeholder="https://shop.example/webhooks"
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <TextInput
            label="Description"
            maxLength={255}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <Checkbox
            label="All events, also those of later versions"
            checked={all}
            onChange={(event) => setAll(event.currentTarget.checked)}
          />
          {!all && (
            <Checkbox.Group label="Only these" value={events} onChange={setEvents}>
              <Stack gap={6} mt="xs">
                {EVENT_TYPES.map((type) => (
                  <Checkbox key={type} value={type} label={type} size="sm" />
                ))}
              </Stack>
            </Checkbox.Group>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!all && events.length === 0}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
