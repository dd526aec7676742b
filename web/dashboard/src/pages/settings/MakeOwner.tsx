import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import type { User } from '../../api/types';
import { CurrentPassword } from '../../ui/CurrentPassword';

interface Props {
  user: User;
  pending: boolean;
  error: Error | null;
  onConfirm: (password: string) => void;
  onClose: () => void;
}

/** An owner can do everything, and undo it for everybody else: the password is asked for again. */
export function MakeOwner({ user, pending, error, onConfirm, onClose }: Props) {
  const [password, setPassword] = useState('');
  return (
    <Modal opened onClose={onClose} title="Make an owner">
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
          <p>{user.email} may do everything from then on, and remove other owners.</p>
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
              Make an owner
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
