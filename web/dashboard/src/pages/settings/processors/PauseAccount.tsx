import { Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Confirm } from '../../../ui/Confirm';
import type { Account } from './queries';
import { useAccount } from './useAccount';

/** The emergency stop of one account: new payments, or refunds. */
export function PauseAccount({ account, onClose }: { account: Account; onClose: () => void }) {
  const [covers, setCovers] = useState<'payments' | 'refunds'>('payments');
  const [reason, setReason] = useState('');
  const act = useAccount(account);
  return (
    <Confirm
      title="Emergency stop"
      button="Stop now"
      pending={act.isPending}
      error={act.error}
      onConfirm={() => act.mutate({ kind: 'pause', covers, reason }, { onSuccess: onClose })}
      onClose={onClose}
      more={
        <Stack>
          <Radio.Group label="Stop" value={covers} onChange={(value) => setCovers(value as 'payments')}>
            <Stack gap={6} mt="xs">
              <Radio value="payments" label="New payments" />
              <Radio value="refunds" label="Refunds" />
            </Stack>
          </Radio.Group>
          <TextInput
            label="Reason"
            description="Optional. For those who meet the stop."
            maxLength={255}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </Stack>
      }
    >
      It holds at once. Captures, look-ups and what the processor tells us go on; other accounts take over
      where your routes let them.
    </Confirm>
  );
}
