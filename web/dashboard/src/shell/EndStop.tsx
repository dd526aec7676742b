import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import type { Stop } from '../api/types';
import { accountText } from '../lib/processors';
import { Confirm } from '../ui/Confirm';

/** Asked before live money moves again. */
export function EndStop({ stop, onClose }: { stop: Stop; onClose: () => void }) {
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/processor-accounts/{account_id}/resume', {
          params: { path: { account_id: stop.account_id ?? '' } },
          body: { covers: stop.covers },
        }),
      ),
    onSuccess: () => {
      onClose();
      notifications.show({ color: 'teal', title: 'It goes on', message: accountText(stop) });
    },
    onSettled: () => {
      for (const key of ['stops', 'session', 'processors']) queries.invalidateQueries({ queryKey: [key] });
    },
  });
  const what = stop.covers === 'payments' ? 'takes new live payments' : 'pays refunds';
  return (
    <Confirm
      title="End the emergency stop"
      button="End the stop"
      pending={end.isPending}
      error={end.error}
      onConfirm={() => end.mutate()}
      onClose={onClose}
    >
      {accountText(stop)} {what} again at once. The audit log says who has ended the stop.
    </Confirm>
  );
}
