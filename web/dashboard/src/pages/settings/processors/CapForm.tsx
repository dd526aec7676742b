import { NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../../api/client';
import { CURRENCIES } from '../../../lib/currencies';
import { toDecimal } from '../../../lib/money';
import { readAmount } from '../../../lib/readAmount';
import { CurrentPassword } from '../../../ui/CurrentPassword';
import { FormDialog } from './FormDialog';
import { capsQuery, type RefundCap } from './queries';

/** The cap of one currency; without both amounts it has none any more. */
export function CapForm({ caps, onClose }: { caps: RefundCap[]; onClose: () => void }) {
  const [currency, setCurrency] = useState(caps[0]?.currency ?? 'INR');
  const [texts, setTexts] = useState(() => textsOf(caps, currency));
  const [password, setPassword] = useState('');
  const queries = useQueryClient();
  const all = amount(texts.all, currency);
  const key = amount(texts.key, currency);
  const save = useMutation({
    mutationFn: () => {
      const others = caps.filter((cap) => cap.currency !== currency);
      const own = { currency, per_merchant: all.minor, per_key: key.minor };
      const isBound = own.per_merchant !== null || own.per_key !== null;
      const body = { caps: [...others, ...(isBound ? [own] : [])], current_password: password };
      return ask(api.PUT('/api/v1/refund-caps', { body: body as never }));
    },
    onSuccess: (answer) => {
      queries.setQueryData(capsQuery.queryKey, answer);
      onClose();
    },
  });
  return (
    <FormDialog
      title="Daily refund cap"
      button="Save"
      pending={save.isPending}
      error={save.error}
      disabled={Boolean(all.reason || key.reason)}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <NativeSelect
        label="Currency"
        data-autofocus
        data={CURRENCIES}
        value={currency}
        onChange={(event) => {
          setCurrency(event.currentTarget.value);
          setTexts(textsOf(caps, event.currentTarget.value));
        }}
      />
      <TextInput
        label="In all"
        description="Empty: no cap."
        inputMode="decimal"
        value={texts.all}
        error={all.reason}
        onChange={(event) => setTexts({ ...texts, all: event.currentTarget.value })}
      />
      <TextInput
        label="Each key or person"
        description="Empty: no cap."
        inputMode="decimal"
        value={texts.key}
        error={key.reason}
        onChange={(event) => setTexts({ ...texts, key: event.currentTarget.value })}
      />
      <CurrentPassword
        label="Your password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

function textsOf(caps: RefundCap[], currency: string): { all: string; key: string } {
  const cap = caps.find((one) => one.currency === currency);
  const text = (minor: number | null | undefined) => (minor == null ? '' : toDecimal(minor, currency));
  return { all: text(cap?.per_merchant), key: text(cap?.per_key) };
}

function amount(text: string, currency: string): { minor: number | null; reason?: string } {
  if (!text.trim()) return { minor: null };
  const read = readAmount(text, currency);
  return 'reason' in read ? { minor: null, reason: read.reason } : { minor: read.minor };
}
