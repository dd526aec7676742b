import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import type { User } from '../../api/types';
import { CurrentPassword } from '../../ui/CurrentPassword';

interface Props {
  user: User;
  role: string;
  pending: boolean;
  error: Error | null;
  onConfirm: (password: string) => void;
  onClose: () => void;
}

/** Owners and admins can make keys for everything: the password of who makes one is asked for again. */
export function ConfirmRole({ user, role, pending, error, onConfirm, onClose }: Props) {
  const [password, setPassword] = useState('');
  return (
    <Modal opened onClose={onClose} title={`Make an ${role}`}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm(password);
        }}
      >
        <Stack>
          {error && (
            <Alert color="red" role="alert">
              {error.message}
            </Alert>
          )}
          <p>
            {user.email} may do everything from then on{role === 'owner' && ', and remove other owners'}.
          </p>
          <CurrentPassword
            label="Your password"
            data-autofocus
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button type="submit" loading={pending}>
              Make an {role}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
