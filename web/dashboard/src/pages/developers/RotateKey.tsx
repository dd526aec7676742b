import { Alert, Button, Group, Modal, Radio, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import { useIntent } from '../../api/intent';
import type { ApiKey } from '../../api/types';
import { Confirm } from '../../ui/Confirm';
import { CurrentPassword } from '../../ui/CurrentPassword';
import { SecretOnce } from './SecretOnce';

const OVERLAPS = [
  { value: '0', label: 'At once', description: 'For a leaked secret. Requests with it fail from now on.' },
  { value: '3600', label: 'In 1 hour', description: '' },
  { value: '86400', label: 'In 24 hours', description: 'Time for a calm release.' },
  { value: '604800', label: 'In 7 days', description: '' },
];

/** A new pair; the old one goes on until the chosen moment. */
export function RotateKey({ value, onClose }: { value: ApiKey; onClose: () => void }) {
  const [overlap, setOverlap] = useState('86400');
  const queries = useQueryClient();
  const [password, setPassword] = useState('');
  const isAdmin = value.scopes.includes('admin');
  const body = { overlap_seconds: Number(overlap), ...(isAdmin && { current_password: password }) };
  const intent = useIntent(body);
  const rotate = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/keys/{key_id}/rotate', {
          params: { path: { key_id: value.id }, header: intent.header() },
          body,
        }),
      ),
    onSettled: (_, error) => {
      intent.settle(error);
      queries.invalidateQueries({ queryKey: ['keys'] });
    },
  });
  if (rotate.data)
    return <SecretOnce id={rotate.data.key.id} secret={rotate.data.secret} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title="Rotate key">
      <Stack>
        {rotate.isError && (
          <Alert color="red" role="alert">
            {rotate.error.message}
          </Alert>
        )}
        <p className="muted">
          You get a new pair with the same name and rights. When does <span className="mono">{value.id}</span>{' '}
          stop?
        </p>
        <Radio.Group value={overlap} onChange={setOverlap} aria-label="When the old key stops">
          <Stack gap="xs">
            {OVERLAPS.map((one) => (
              <Radio key={one.value} value={one.value} label={one.label} description={one.description} />
            ))}
          </Stack>
        </Radio.Group>
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
          <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
            Rotate key
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

export function RevokeKey({ value, onClose }: { value: ApiKey; onClose: () => void }) {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/keys/{key_id}', { params: { path: { key_id: value.id } } })),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ['keys'] });
      notifications.show({ color: 'teal', title: 'Revoked', message: value.id });
      onClose();
    },
  });
  return (
    <Confirm
      title="Revoke key"
      button="Revoke key"
      pending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      Requests with <span className="mono">{value.id}</span> are refused within five seconds, for ever. To
      replace it without a gap, rotate it instead.
    </Confirm>
  );
}
