import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { api, ask } from '../../../api/client';
import { Confirm } from '../../../ui/Confirm';
import type { Account, Offered } from './queries';
import { useRefreshed } from './useAccount';
import { accountName } from './words';

/** The end of an account that nothing needs any more. */
export function RemoveAccount({
  account,
  offered,
  onClose,
}: {
  account: Account;
  offered: Offered[];
  onClose: () => void;
}) {
  const refresh = useRefreshed();
  const remove = useMutation({
    mutationFn: () =>
      ask(
        api.DELETE('/api/v1/processor-accounts/{account_id}', {
          params: { path: { account_id: account.id } },
        }),
      ),
    onSuccess: () => {
      notifications.show({ color: 'teal', title: 'Removed', message: 'What opened it is forgotten.' });
      onClose();
    },
    onSettled: refresh,
  });
  return (
    <Confirm
      title="Remove account"
      button="Remove"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {accountName(account, offered)} and its rules end here, and its credentials are forgotten. Payments that
      it took stay as they are. This cannot be undone.
    </Confirm>
  );
}
