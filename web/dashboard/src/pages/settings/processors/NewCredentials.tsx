import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../../api/client';
import { CurrentPassword } from '../../../ui/CurrentPassword';
import { CredentialFields } from './CredentialFields';
import { FormDialog } from './FormDialog';
import type { Account, Offered } from './queries';
import { useRefreshed } from './useAccount';

/** Other keys of the same account: they are asked before they are kept. */
export function NewCredentials({
  account,
  offered,
  onClose,
}: {
  account: Account;
  offered: Offered[];
  onClose: () => void;
}) {
  const known = offered.find((one) => one.name === account.processor);
  const [credentials, setCredentials] = useState<Record<string, string>>({});
  const [password, setPassword] = useState('');
  const refresh = useRefreshed();
  const save = useMutation({
    mutationFn: () => {
      const body = { credentials, current_password: password };
      const params = { path: { account_id: account.id } };
      return ask(api.PATCH('/api/v1/processor-accounts/{account_id}', { params, body }));
    },
    onSuccess: () => {
      notifications.show({
        color: 'teal',
        title: 'Replaced',
        message: 'The new keys open the same account.',
      });
      onClose();
    },
    onSettled: refresh,
  });
  return (
    <FormDialog
      title="New credentials"
      button="Check and replace"
      pending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <p className="muted">
        They have to be of the same account there. If they are not, the present ones stay.
      </p>
      {known && <CredentialFields offered={known} values={credentials} onChange={setCredentials} />}
      <CurrentPassword
        required
        label="Your password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
