import { Alert, Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import { useIntent } from '../../api/intent';
import { useMay } from '../../session/session';
import { CurrentPassword } from '../../ui/CurrentPassword';
import { SecretOnce } from './SecretOnce';

const SCOPES = [
  { value: 'read', label: 'read', description: 'Look at orders, payments, refunds, webhooks' },
  { value: 'write', label: 'write', description: 'Create orders, capture, cancel, refund, change webhooks' },
  { value: 'admin', label: 'admin', description: 'Manage keys and settings, read the audit log' },
];

export function NewKey({ onClose }: { onClose: () => void }) {
  const mayGiveAdmin = useMay('settings');
  const [label, setLabel] = useState('');
  const [scopes, setScopes] = useState(['read', 'write']);
  const queries = useQueryClient();
  const [password, setPassword] = useState('');
  const isAdmin = scopes.includes('admin');
  const body = { label, scopes: scopes as ['read'], ...(isAdmin && { current_password: password }) };
  const intent = useIntent(body);
  const create = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/keys', { params: { header: intent.header() }, body })),
    onSettled: (_, error) => {
      intent.settle(error);
      queries.invalidateQueries({ queryKey: ['keys'] });
    },
  });
  if (create.data)
    return <SecretOnce id={create.data.key.id} secret={create.data.secret} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title="Create key">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Stack>
          {create.isError && (
            <Alert color="red" role="alert">
              {create.error.message}
            </Alert>
          )}
          <TextInput
            label="Name"
            description="Where it will be used, for example “Web shop”."
            data-autofocus
            maxLength={100}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Checkbox.Group
            label="It may"
            description="Without any, a key can only open the checkout."
            value={scopes}
            onChange={setScopes}
          >
            <Stack gap="xs" mt="xs">
              {SCOPES.filter((scope) => mayGiveAdmin || scope.value !== 'admin').map((scope) => (
                <Checkbox
                  key={scope.value}
                  value={scope.value}
                  label={scope.label}
                  description={scope.description}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          {isAdmin && (
            <CurrentPassword
              label="Your password"
              description="Asked for again, since an admin key can make other keys."
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create key
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
