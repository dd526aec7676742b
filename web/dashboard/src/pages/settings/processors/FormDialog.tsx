import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { inWords } from './words';

interface Props {
  title: string;
  button: string;
  pending: boolean;
  error: Error | null;
  disabled?: boolean;
  children: ReactNode;
  onSubmit: () => void;
  onClose: () => void;
}

/** A form in a dialog: what went wrong above, the way back beside the way on. */
export function FormDialog({ title, button, pending, error, disabled, children, onSubmit, onClose }: Props) {
  return (
    <Modal opened onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!pending && !disabled) onSubmit();
        }}
      >
        <Stack>
          {error && (
            <Alert color="red" role="alert">
              {inWords(error.message)}
            </Alert>
          )}
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button type="submit" loading={pending} disabled={disabled ?? false}>
              {button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
