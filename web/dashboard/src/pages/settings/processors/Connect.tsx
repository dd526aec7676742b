import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../../api/client';
import { useIntent } from '../../../api/intent';
import { useMode } from '../../../session/mode';
import { CurrentPassword } from '../../../ui/CurrentPassword';
import { CredentialFields, Secret } from './CredentialFields';
import { FormDialog } from './FormDialog';
import type { Offered } from './queries';
import { useRefreshed } from './useAccount';

/** A new account: its credentials are kept sealed, and checked at once. */
export function Connect({ offered, onClose }: { offered: Offered[]; onClose: () => void }) {
  const mode = useMode();
  const [name, setName] = useState(offered[0]?.name ?? '');
  const [label, setLabel] = useState('');
  const [credentials, setCredentials] = useState<Record<string, string>>({});
  const [secret, setSecret] = useState('');
  const [collect, setCollect] = useState(false);
  const [password, setPassword] = useState('');
  const chosen = offered.find((one) => one.name === name);
  const body = {
    processor: name,
    credentials,
    collect,
    current_password: password,
    ...(label && { label }),
    ...(secret && { webhook_secret: secret }),
  };
  const intent = useIntent(body);
  const refresh = useRefreshed();
  const connect = useMutation({
    mutationFn: async () => {
      const params = { header: intent.header() };
      const made = await ask(api.POST('/api/v1/processor-accounts', { params, body }));
      // The account is there whatever its check says: the page shows the result.
      const path = { account_id: made.id };
      return ask(api.POST('/api/v1/processor-accounts/{account_id}/check', { params: { path } })).catch(
        () => made,
      );
    },
    onSuccess: (account) => {
      const good = account.status === 'enabled';
      notifications.show({
        color: good ? 'teal' : 'red',
        title: good ? 'Connected' : 'Connected, and its check is not green',
        message: good ? 'The credentials open the account.' : (account.problem ?? 'Check it again.'),
      });
      onClose();
    },
    onSettled: (_, error) => {
      intent.settle(error);
      refresh();
    },
  });
  return (
    <FormDialog
      title={`Connect a ${mode} account`}
      button="Connect and check"
      pending={connect.isPending}
      error={connect.error}
      onSubmit={() => connect.mutate()}
      onClose={onClose}
    >
      <NativeSelect
        label="Processor"
        data-autofocus
        data={offered.map((one) => ({ value: one.name, label: one.title }))}
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
          setCredentials({});
        }}
      />
      <TextInput
        label="Name"
        description="Optional. What your team reads."
        maxLength={100}
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      {chosen && <CredentialFields offered={chosen} values={credentials} onChange={setCredentials} />}
      {chosen?.has_webhook_secret && (
        <Secret
          label="Webhook secret"
          description="Optional now: the account’s webhook URL is shown once it is connected."
          value={secret}
          onChange={setSecret}
        />
      )}
      {chosen?.collect && (
        <Checkbox
          label="Our page may ask for a UPI address"
          description="Only if the processor has exempted you: most merchants may not any more."
          checked={collect}
          onChange={(event) => setCollect(event.currentTarget.checked)}
        />
      )}
      <CurrentPassword
        required
        label="Your password"
        description="Asked for again, since this decides where money goes."
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
