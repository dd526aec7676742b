import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import { CurrentPassword } from '../../ui/CurrentPassword';
import { RecoveryCodes } from './RecoveryCodes';

const WORDS = {
  disable: { title: 'Turn off two-factor log-in', button: 'Turn off', color: 'red' },
  renew: { title: 'New recovery codes', button: 'Make new codes', color: undefined },
};

/** What takes both, password and code: turning the second step off, and new recovery codes. */
export function WithProof({ what, onClose }: { what: keyof typeof WORDS; onClose: () => void }) {
  const words = WORDS[what];
  const queries = useQueryClient();
  const [codes, setCodes] = useState<string[] | null>(null);
  const form = useForm({
    initialValues: { current_password: '', code: '' },
    validate: {
      current_password: (value) => (value ? null : 'Enter your password'),
      code: (value) => (value.trim() ? null : 'Enter a code'),
    },
  });
  const act = useMutation({
    mutationFn: async (body: typeof form.values) => {
      if (what === 'renew')
        return (await ask(api.POST('/api/v1/session/two-factor/recovery-codes', { body }))).recovery_codes;
      await ask(api.POST('/api/v1/session/two-factor/disable', { body }));
      return null;
    },
    onSuccess: (made) => {
      for (const name of ['two-factor', 'session', 'team']) queries.invalidateQueries({ queryKey: [name] });
      if (made) {
        setCodes(made);
        return;
      }
      notifications.show({
        color: 'teal',
        title: 'Two-factor log-in is off',
        message: 'The password is enough again.',
      });
      onClose();
    },
  });
  if (codes) return <RecoveryCodes codes={codes} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={words.title}>
      <form noValidate onSubmit={form.onSubmit((values) => act.mutate(values))}>
        <Stack>
          {what === 'renew' && <p className="muted">None of the earlier codes works any more.</p>}
          {act.isError && (
            <Alert color="red" role="alert">
              {act.error.message}
            </Alert>
          )}
          <CurrentPassword data-autofocus {...form.getInputProps('current_password')} />
          <TextInput
            label="Code"
            description="Of the app, or a recovery code"
            autoComplete="one-time-code"
            maxLength={40}
            {...form.getInputProps('code')}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button type="submit" color={words.color} loading={act.isPending}>
              {words.button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
