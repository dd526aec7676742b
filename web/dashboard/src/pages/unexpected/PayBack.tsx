import { Button } from '@mantine/core';
import { useState } from 'react';
import type { UnexpectedMoney } from '../../api/types';
import { useMay } from '../../session/session';
import { lazyDialog } from '../../ui/lazy';
import { canPayBack } from './words';

const PayBackDialog = lazyDialog<{ money: UnexpectedMoney; onClose: () => void }>(
  () => import('./PayBackDialog'),
  'PayBackDialog',
);

/** Sends back what waits for a person's word. Nothing for those who may not, and where nothing is to be decided. */
export function PayBack({ money }: { money: UnexpectedMoney }) {
  const [asked, setAsked] = useState(false);
  const may = useMay('settings');
  if (!may || !canPayBack(money)) return null;
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setAsked(true)}>
        {money.status === 'kept' ? 'Pay it back …' : 'Try again …'}
      </Button>
      {asked && <PayBackDialog money={money} onClose={() => setAsked(false)} />}
    </>
  );
}
