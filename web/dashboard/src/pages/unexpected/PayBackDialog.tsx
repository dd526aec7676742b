import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import { useIntent } from '../../api/intent';
import type { UnexpectedMoney } from '../../api/types';
import { formatAmount } from '../../lib/money';
import { accountText } from '../../lib/processors';
import { Confirm } from '../../ui/Confirm';

/** Asked before the money goes. */
export function PayBackDialog({ money, onClose }: { money: UnexpectedMoney; onClose: () => void }) {
  const intent = useIntent();
  const queries = useQueryClient();
  const amount = formatAmount(money.amount, money.currency);
  const act = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/unexpected-payments/{unexpected_id}/refund', {
          params: { path: { unexpected_id: money.id }, header: intent.header() },
        }),
      ),
    onSuccess: () => {
      onClose();
      notifications.show({ color: 'teal', title: 'It is being paid back', message: amount });
    },
    onSettled: (_, error) => {
      intent.settle(error);
      for (const noun of ['unexpected-payments', 'payments', 'jobs', 'overview'])
        queries.invalidateQueries({ queryKey: [noun] });
    },
  });
  return (
    <Confirm
      title="Pay it back"
      button={`Pay back ${amount}`}
      pending={act.isPending}
      error={act.error}
      onConfirm={() => act.mutate()}
      onClose={onClose}
    >
      {amount} goes back to the shopper from {accountText(money)}. What the processor has done already is
      looked up first, so it goes back once. Order and payment stay as they are.
    </Confirm>
  );
}
