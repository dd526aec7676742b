import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import { useIntent } from '../../api/intent';
import type { Payment, Refund } from '../../api/types';
import { formatAmount, toDecimal } from '../../lib/money';
import { type Read, readAmount } from '../../lib/readAmount';
import { type ActionKind, refundable } from './actions';
import { followRefund } from './followRefund';
import classes from './Payment.module.css';

const WORDS: Record<ActionKind, { title: string; button: string; done: string }> = {
  refund: { title: 'Refund', button: 'Refund', done: 'The refund is on its way' },
  capture: { title: 'Capture', button: 'Capture', done: 'The bank is asked for the money' },
  cancel: { title: 'Cancel payment', button: 'Cancel payment', done: 'Cancelled' },
};

interface Props {
  kind: ActionKind;
  payment: Payment;
  onClose: () => void;
}

/** Capture, cancel or refund: says beforehand what will happen, and happens once however often it is pressed. */
export function MoneyAction({ kind, payment, onClose }: Props) {
  const most = kind === 'refund' ? refundable(payment) : payment.amount;
  const [text, setText] = useState(() => toDecimal(most, payment.currency));
  const [reason, setReason] = useState('');
  const intent = useIntent();
  const queries = useQueryClient();
  const money = (minor: number) => formatAmount(minor, payment.currency);
  const read = kind === 'cancel' ? { minor: payment.amount } : within(readAmount(text, payment.currency));
  const wrong = 'reason' in read;
  const amount = wrong ? 0 : read.minor;

  function within(typed: Read): Read {
    if ('reason' in typed) return typed;
    if (typed.minor < 1) return { reason: 'Enter more than zero' };
    return typed.minor > most ? { reason: `At most ${money(most)}, not ${money(typed.minor)}` } : typed;
  }

  const act = useMutation({
    mutationFn: () => send(kind, payment.id, amount, reason.trim(), intent.header()),
    onSuccess: (refund) => {
      onClose();
      if (refund) return followRefund(queries, refund);
      const asked = kind === 'cancel' && payment.status === 'success';
      const title = asked ? 'The bank is asked to release the money' : WORDS[kind].done;
      notifications.show({ color: 'teal', title, message: money(amount) });
    },
    onSettled: (_, error) => {
      intent.settle(error);
      for (const noun of ['payments', 'refunds', 'orders', 'overview'])
        queries.invalidateQueries({ queryKey: [noun] });
    },
  });

  return (
    <Modal opened onClose={onClose} title={WORDS[kind].title}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!wrong && !act.isPending) act.mutate();
        }}
      >
        <Stack>
          {act.isError && (
            <Alert color="red" role="alert">
              {act.error.message}
            </Alert>
          )}
          {kind !== 'cancel' && (
            <TextInput
              label={`Amount in ${payment.currency}`}
              description={`At most ${money(most)}`}
              inputMode="decimal"
              data-autofocus
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              error={wrong && read.reason}
            />
          )}
          {kind === 'refund' && (
            <TextInput
              label="Reason"
              description="Optional. For your books; the shopper does not see it."
              maxLength={255}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          )}
          <div className={classes.preview} aria-live="polite">
            {wrong ? 'Enter an amount to see what will happen.' : preview(kind, payment, amount, most, money)}
          </div>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button
              type="submit"
              loading={act.isPending}
              disabled={wrong}
              color={kind === 'cancel' ? 'red.9' : undefined}
            >
              {kind === 'cancel' || wrong ? WORDS[kind].button : `${WORDS[kind].button} ${money(amount)}`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function preview(
  kind: ActionKind,
  payment: Payment,
  amount: number,
  most: number,
  money: (minor: number) => string,
): string {
  if (kind === 'cancel')
    return `${money(payment.amount)} is released. The shopper pays nothing. This cannot be undone.`;
  if (kind === 'capture') {
    const rest = payment.amount - amount;
    return `You take ${money(amount)}.${rest ? ` ${money(rest)} is released to the shopper.` : ''} A payment is captured once.`;
  }
  const rest = most - amount;
  return `${money(amount)} goes back to the shopper. ${rest ? `${money(rest)} can still be refunded later.` : 'Nothing is left to refund.'}`;
}

/** The refund where one was started. */
async function send(
  kind: ActionKind,
  paymentId: string,
  amount: number,
  reason: string,
  header: { 'Idempotency-Key': string },
): Promise<Refund | null> {
  const params = { path: { payment_id: paymentId }, header };
  if (kind === 'refund') {
    const body = reason ? { amount, reason } : { amount };
    return ask(api.POST('/api/v1/payments/{payment_id}/refunds', { params, body: body as never }));
  }
  if (kind === 'capture')
    await ask(api.POST('/api/v1/payments/{payment_id}/capture', { params, body: { amount } }));
  else await ask(api.POST('/api/v1/payments/{payment_id}/cancel', { params }));
  return null;
}
