import { Alert, Button, Group, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, ask } from '../../../api/client';
import { useIntent } from '../../../api/intent';
import { formatAmount } from '../../../lib/money';
import { useMode } from '../../../session/mode';
import { Failure } from '../../../ui/Failure';
import { Page, Panel } from '../../../ui/Page';
import { accountsQuery, type Trial, trialQuery } from './queries';
import { TrialSteps } from './TrialSteps';
import { accountName, METHODS } from './words';

/** While a person looks: the processor's answers come by themselves. */
const LOOK_MS = 2_000;

/** Pay the least amount yourself, and see each step confirmed by the processor. The order keeps how far it has come. */
export function TryIt() {
  const { accountId } = useParams({ strict: false }) as { accountId: string };
  const mode = useMode();
  const accounts = useQuery(accountsQuery);
  const trial = useQuery({ ...trialQuery(accountId), refetchInterval: LOOK_MS });
  const account = accounts.data?.data.find((one) => one.id === accountId);
  const name = account ? accountName(account, accounts.data?.processors ?? []) : accountId;
  return (
    <Page
      title={mode === 'live' ? 'Try it live' : 'Try it'}
      lead={
        mode === 'live'
          ? `Pay the least amount at ${name} yourself, with real money, and pay it back.`
          : `Pay the least amount at ${name} with its test data, and pay it back. No money moves.`
      }
      testId="try-it"
      back={
        <Link className="link" to="/dashboard/processors">
          ← Processors
        </Link>
      }
    >
      {trial.isError && <Failure error={trial.error} retry={() => trial.refetch()} />}
      {trial.isPending && <Skeleton height={320} />}
      {trial.data && <Tried trial={trial.data} />}
    </Page>
  );
}

function Tried({ trial }: { trial: Trial }) {
  const { offer, order } = trial;
  const isOver = trial.steps.length > 0 && trial.steps.every((step) => step.state === 'done');
  const isPaid = trial.steps.some((step) => step.name === 'paid' && step.state === 'done');
  return (
    <>
      {trial.why_not && (
        <Alert color="orange" role="status" data-test-id="why-not">
          {trial.why_not}
        </Alert>
      )}
      {isOver && (
        <Alert color="teal" role="status" data-test-id="tried">
          All of it is proven: this account takes money, tells of it and pays it back.
        </Alert>
      )}
      <Panel
        testId="trial"
        title={order ? `A payment of ${formatAmount(order.amount, order.currency)}` : 'Not tried yet'}
        lead={
          offer
            ? `Each step is ticked by the processor’s own answer. Your routes lead here: ${offer.methods.map((one) => METHODS[one] ?? one).join(', ')}.`
            : undefined
        }
      >
        {order && <TrialSteps steps={trial.steps} />}
        <Group mt="md">
          {order && !isPaid && trial.checkout_url && (
            <Button component="a" href={trial.checkout_url} target="_blank" rel="noreferrer">
              Open the checkout
            </Button>
          )}
          <Refund trial={trial} />
          {offer && <Begin trial={trial} offer={offer} />}
          {trial.payment_id && (
            <Link
              className="link"
              to="/dashboard/transactions/$paymentId"
              params={{ paymentId: trial.payment_id }}
            >
              What was asked and answered
            </Link>
          )}
        </Group>
      </Panel>
    </>
  );
}

function Begin({ trial, offer }: { trial: Trial; offer: NonNullable<Trial['offer']> }) {
  const mode = useMode();
  const intent = useIntent(trial.order?.id ?? '');
  const queries = useQueryClient();
  const path = { account_id: trial.account_id };
  const begin = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/processor-accounts/{account_id}/trial', {
          params: { path, header: intent.header() },
        }),
      ),
    onSuccess: (begun) => queries.setQueryData(trialQuery(trial.account_id).queryKey, begun),
    onSettled: (_, error) => intent.settle(error),
  });
  const money = formatAmount(offer.amount, offer.currency);
  return (
    <>
      <Button
        variant={trial.order ? 'default' : 'filled'}
        loading={begin.isPending}
        onClick={() => begin.mutate()}
      >
        {trial.order ? 'Start anew' : `Make an order of ${money}${mode === 'live' ? ' in real money' : ''}`}
      </Button>
      {begin.isError && (
        <Alert color="red" role="alert">
          {begin.error.message}
        </Alert>
      )}
    </>
  );
}

function Refund({ trial }: { trial: Trial }) {
  const intent = useIntent(trial.payment_id);
  const queries = useQueryClient();
  const refund = useMutation({
    mutationFn: () => {
      const params = { path: { payment_id: trial.payment_id ?? '' }, header: intent.header() };
      const body = { amount: trial.refundable, reason: 'A trial' };
      return ask(api.POST('/api/v1/payments/{payment_id}/refunds', { params, body: body as never }));
    },
    onSettled: (_, error) => {
      intent.settle(error);
      queries.invalidateQueries({ queryKey: trialQuery(trial.account_id).queryKey });
    },
  });
  if (!trial.refundable || !trial.order) return null;
  return (
    <>
      <Button loading={refund.isPending} onClick={() => refund.mutate()}>
        Pay back {formatAmount(trial.refundable, trial.order.currency)}
      </Button>
      {refund.isError && (
        <Alert color="red" role="alert">
          {refund.error.message}
        </Alert>
      )}
    </>
  );
}
