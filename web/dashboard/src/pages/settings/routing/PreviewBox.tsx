import { Alert, Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, ask } from '../../../api/client';
import { CURRENCIES } from '../../../lib/currencies';
import { readAmount } from '../../../lib/readAmount';
import { Panel } from '../../../ui/Page';
import type { Account, Offered, Preview } from '../processors/queries';
import { accountName, METHODS, NETWORKS } from '../processors/words';
import classes from './Routing.module.css';

interface Props {
  accounts: Account[];
  offered: Offered[];
  preview: Preview | null;
  onPreview: (preview: Preview | null) => void;
}

/** Who would take a payment, by the rules as they are saved. Nothing is made. */
export function PreviewBox({ accounts, offered, preview, onPreview }: Props) {
  const [method, setMethod] = useState('card');
  const [network, setNetwork] = useState('');
  const [currency, setCurrency] = useState('INR');
  const [text, setText] = useState('500.00');
  const [capture, setCapture] = useState<'automatic' | 'manual'>('automatic');
  const read = readAmount(text, currency);
  const wrong = 'reason' in read ? read.reason : null;
  const look = useMutation({
    mutationFn: (amount: number) => {
      const body = { method, currency, amount, capture, ...(network && { network }) };
      return ask(api.POST('/api/v1/processor-routes/preview', { body: body as never }));
    },
    onSuccess: onPreview,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if ('minor' in read) look.mutate(read.minor);
  };
  const forget = () => onPreview(null);
  return (
    <Panel
      testId="route-preview"
      title="Who would take it?"
      lead="Asks the saved rules about a payment that nobody makes."
    >
      <form className={classes.form} onSubmit={submit} noValidate>
        <NativeSelect
          label="Method"
          data={Object.entries(METHODS).map(([value, label]) => ({ value, label }))}
          value={method}
          onChange={(event) => {
            setMethod(event.currentTarget.value);
            setNetwork('');
            forget();
          }}
        />
        {NETWORKS[method] && (
          <NativeSelect
            label={method === 'card' ? 'Network' : 'Flow'}
            data={[{ value: '', label: 'Not known' }, ...NETWORKS[method]]}
            value={network}
            onChange={(event) => {
              setNetwork(event.currentTarget.value);
              forget();
            }}
          />
        )}
        <NativeSelect
          label="Currency"
          data={CURRENCIES}
          value={currency}
          onChange={(event) => {
            setCurrency(event.currentTarget.value);
            forget();
          }}
        />
        <TextInput
          label="Amount"
          inputMode="decimal"
          value={text}
          error={wrong}
          onChange={(event) => {
            setText(event.currentTarget.value);
            forget();
          }}
        />
        <NativeSelect
          label="Capture"
          data={[
            { value: 'automatic', label: 'At once' },
            { value: 'manual', label: 'Later, by you' },
          ]}
          value={capture}
          onChange={(event) => {
            setCapture(event.currentTarget.value as 'automatic');
            forget();
          }}
        />
        <Button type="submit" variant="default" loading={look.isPending} disabled={wrong !== null}>
          Ask
        </Button>
      </form>
      {look.isError && (
        <Alert color="red" role="alert" mt="md">
          {look.error.message}
        </Alert>
      )}
      <p aria-live="polite" data-test-id="preview-answer">
        {preview && <Answer preview={preview} accounts={accounts} offered={offered} />}
      </p>
    </Panel>
  );
}

function Answer({
  preview,
  accounts,
  offered,
}: {
  preview: Preview;
  accounts: Account[];
  offered: Offered[];
}) {
  if (preview.account) {
    const account = accounts.find((one) => one.id === preview.account?.id);
    const rule = preview.rules.find((one) => one.why_not === null)?.rule;
    const share = rule && rule.share < 100 ? ` takes ${rule.share} % of such payments` : ' takes it';
    return (
      <span className={classes.takes}>
        {account ? accountName(account, offered) : preview.account.id}
        {share}
      </span>
    );
  }
  if (preview.simulator) return <>The simulated bank takes it: no money moves.</>;
  return <>Nobody: {preview.refusal?.description}</>;
}
