import { Checkbox, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../../api/client';
import { Secret } from './CredentialFields';
import { FormDialog } from './FormDialog';
import type { Account, Offered } from './queries';
import { useRefreshed } from './useAccount';

/** Its name, its webhook secret, and whether a UPI address may be typed. */
export function EditAccount({
  account,
  offered,
  onClose,
}: {
  account: Account;
  offered: Offered[];
  onClose: () => void;
}) {
  const known = offered.find((one) => one.name === account.processor);
  const [label, setLabel] = useState(account.label ?? '');
  const [secret, setSecret] = useState('');
  const [collect, setCollect] = useState(account.collect);
  const refresh = useRefreshed();
  const save = useMutation({
    mutationFn: () => {
      const body = { label: label || null, collect, ...(secret && { webhook_secret: secret }) };
      const params = { path: { account_id: account.id } };
      return ask(api.PATCH('/api/v1/processor-accounts/{account_id}', { params, body }));
    },
    onSuccess: onClose,
    onSettled: refresh,
  });
  return (
    <FormDialog
      title="Edit account"
      button="Save"
      pending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        data-autofocus
        maxLength={100}
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      {known?.has_webhook_secret && (
        <Secret
          label="New webhook secret"
          description={
            account.has_webhook_secret
              ? 'Leave it empty to keep the present one. A new one leaves the present one valid until you drop it.'
              : 'What the processor signs its notices with.'
          }
          value={secret}
          onChange={setSecret}
        />
      )}
      {known?.collect && (
        <Checkbox
          label="Our page may ask for a UPI address"
          checked={collect}
          onChange={(event) => setCollect(event.currentTarget.checked)}
        />
      )}
    </FormDialog>
  );
}
