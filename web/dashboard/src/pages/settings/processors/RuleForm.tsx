import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { CURRENCIES } from '../../../lib/currencies';
import { readAmount } from '../../../lib/readAmount';
import { FormDialog } from './FormDialog';
import type { Account, DraftRule, Offered } from './queries';
import { accountName, METHODS, NETWORKS } from './words';

interface Props {
  accounts: Account[];
  offered: Offered[];
  onAdd: (rule: DraftRule) => void;
  onClose: () => void;
}

/** One more rule at the end of the list. */
export function RuleForm({ accounts, offered, onAdd, onClose }: Props) {
  const [account, setAccount] = useState(accounts[0]?.id ?? '');
  const [method, setMethod] = useState('');
  const [network, setNetwork] = useState('');
  const [currency, setCurrency] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [share, setShare] = useState('100');
  const low = bound(from, currency);
  const high = bound(to, currency);
  const hundredths = Number(share);
  const shareIsWrong = !Number.isInteger(hundredths) || hundredths < 1 || hundredths > 100;
  const isTurned = low.minor !== null && high.minor !== null && low.minor > high.minor;
  return (
    <FormDialog
      title="Add rule"
      button="Add rule"
      pending={false}
      error={null}
      disabled={Boolean(low.reason || high.reason) || shareIsWrong || isTurned || !account}
      onSubmit={() => {
        onAdd({
          draft: crypto.randomUUID(),
          account_id: account,
          method: (method || null) as DraftRule['method'],
          network: network || null,
          currency: currency || null,
          amount_from: low.minor,
          amount_to: high.minor,
          share: hundredths,
        });
        onClose();
      }}
      onClose={onClose}
    >
      <NativeSelect
        label="Account"
        data-autofocus
        data={accounts.map((one) => ({ value: one.id, label: accountName(one, offered) }))}
        value={account}
        onChange={(event) => setAccount(event.currentTarget.value)}
      />
      <NativeSelect
        label="Method"
        data={[
          { value: '', label: 'Any' },
          ...Object.entries(METHODS).map(([value, label]) => ({ value, label })),
        ]}
        value={method}
        onChange={(event) => {
          setMethod(event.currentTarget.value);
          setNetwork('');
        }}
      />
      {NETWORKS[method] && (
        <NativeSelect
          label={method === 'card' ? 'Card network' : 'UPI flow'}
          description="Fits only where it is known before the shopper pays."
          data={[{ value: '', label: 'Any' }, ...NETWORKS[method]]}
          value={network}
          onChange={(event) => setNetwork(event.currentTarget.value)}
        />
      )}
      <NativeSelect
        label="Currency"
        data={[{ value: '', label: 'Any' }, ...CURRENCIES]}
        value={currency}
        onChange={(event) => {
          setCurrency(event.currentTarget.value);
          setFrom('');
          setTo('');
        }}
      />
      {currency && (
        <>
          <TextInput
            label={`From, in ${currency}`}
            inputMode="decimal"
            value={from}
            error={low.reason}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            label={`Up to, in ${currency}`}
            inputMode="decimal"
            value={to}
            error={high.reason ?? (isTurned && 'Less than the lower bound')}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
        </>
      )}
      <TextInput
        label="Share in percent"
        description="Of the payments that fit; the others go on to the next rule."
        inputMode="numeric"
        value={share}
        error={shareIsWrong && 'A whole number from 1 to 100'}
        onChange={(event) => setShare(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

/** A bound that may be left out. */
function bound(text: string, currency: string): { minor: number | null; reason?: string } {
  if (!text.trim() || !currency) return { minor: null };
  const read = readAmount(text, currency);
  return 'reason' in read ? { minor: null, reason: read.reason } : { minor: read.minor };
}
