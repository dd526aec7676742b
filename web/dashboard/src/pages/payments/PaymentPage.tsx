import { Button, Group, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import type { Payment } from '../../api/types';
import { formatAmount } from '../../lib/money';
import { stateOf } from '../../lib/states';
import { useMay, useSession } from '../../session/session';
import { Code, Id } from '../../ui/Copy';
import { Facts } from '../../ui/Facts';
import { Failure } from '../../ui/Failure';
import { methodText } from '../../ui/Method';
import { Page, Panel } from '../../ui/Page';
import { PageSkeleton } from '../../ui/PageSkeleton';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { DisputesPanel } from '../disputes/DisputesPanel';
import { UnexpectedPanel } from '../unexpected/UnexpectedPanel';
import { type ActionKind, actionsOf } from './actions';
import { BankNotice } from './BankNotice';
import { askedOf } from './bankWords';
import { Money } from './Money';
import { MoneyAction } from './MoneyAction';
import classes from './Payment.module.css';
import { PaymentRefunds } from './PaymentRefunds';
import { Timeline } from './Timeline';

/** Everything about one payment, and what can still be done with it. */
export function PaymentPage() {
  const { paymentId } = useParams({ from: '/dashboard/transactions/$paymentId' });
  const payment = useQuery({
    queryKey: ['payments', paymentId],
    queryFn: () =>
      ask(api.GET('/api/v1/payments/{payment_id}', { params: { path: { payment_id: paymentId } } })),
  });
  if (payment.isError) return <Failure error={payment.error} retry={() => payment.refetch()} />;
  if (!payment.data) return <PageSkeleton />;
  return <Loaded payment={payment.data} />;
}

function Loaded({ payment }: { payment: Payment }) {
  const [action, setAction] = useState<ActionKind | null>(null);
  const may = useMay('payments');
  const { api_url } = useSession();
  const curl = `curl ${api_url}/api/v1/payments/${payment.id} \\\n  -H 'X-Api-Key: …' -H 'X-Api-Secret: …'`;
  return (
    <Page
      title={formatAmount(payment.amount, payment.currency)}
      back={
        <Link to="/dashboard/transactions" className="link">
          ← Payments
        </Link>
      }
      lead={
        <span className={classes.lead}>
          <Status value={stateOf(payment)} testId="status" />
          {askedOf(payment).map((one) => (
            <Status key={one.label} value={one.value} label={one.label} testId="asked-status" />
          ))}
          {payment.refunded && <Status value="refunded" />}
          <Id value={payment.id} testId="payment-id" what="the payment's id" />
        </span>
      }
      actions={
        may && (
          <Group gap="xs">
            {actionsOf(payment).map((one) => (
              <Button
                key={one.kind}
                variant={one.kind === 'capture' ? 'filled' : 'default'}
                onClick={() => setAction(one.kind)}
              >
                {one.label}
              </Button>
            ))}
          </Group>
        )
      }
    >
      <BankNotice payment={payment} />
      {/* Of a processor alone: the simulated bank has neither. */}
      {payment.account_id && (
        <>
          <DisputesPanel owner={{ payment_id: payment.id }} />
          <UnexpectedPanel owner={{ payment_id: payment.id }} />
        </>
      )}
      <div className={classes.columns}>
        <Panel title="What happened" lead="State changes, bank, webhooks and people, in one order.">
          <Timeline paymentId={payment.id} currency={payment.currency} />
        </Panel>
        <div className={classes.side}>
          <Panel title="Money">
            <Money payment={payment} />
          </Panel>
          <Panel title="Details">
            <Facts
              facts={[
                ['Method', methodText(payment)],
                [
                  'Order',
                  <Link
                    key="order"
                    className="link mono"
                    to="/dashboard/orders/$orderId"
                    params={{ orderId: payment.order_id }}
                  >
                    {payment.order_id}
                  </Link>,
                ],
                ['Capture', payment.capture],
                ['Created', <Time key="created" at={payment.created_at} />],
                ['Changed', <Time key="updated" at={payment.updated_at} />],
                payment.expires_at && ['Authorised until', <Time key="expires" at={payment.expires_at} />],
                payment.error_code && ['Reason', `${payment.error_description} (${payment.error_code})`],
                payment.account_id && payment.decline_code && ['The processor’s word', payment.decline_code],
                payment.account_id && [
                  'Processor',
                  <>
                    {payment.processor &&
                      `${payment.processor[0]?.toUpperCase()}${payment.processor.slice(1)} `}
                    <Id key="account" value={payment.account_id} what="account" />
                  </>,
                ],
                payment.processor_reference && [
                  'At the processor',
                  <Id key="reference" value={payment.processor_reference} what="id at the processor" />,
                ],
              ]}
            />
          </Panel>
          <PaymentRefunds payment={payment} />
        </div>
      </div>
      <Panel>
        <Tabs defaultValue="json" keepMounted={false}>
          <Tabs.List mb="sm">
            <Tabs.Tab value="json">JSON</Tabs.Tab>
            <Tabs.Tab value="curl">curl</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="json">
            <Code label="the payment as JSON" text={JSON.stringify(payment, null, 2)} />
          </Tabs.Panel>
          <Tabs.Panel value="curl">
            <Code label="the request as curl" text={curl} />
          </Tabs.Panel>
        </Tabs>
      </Panel>
      {action && <MoneyAction kind={action} payment={payment} onClose={() => setAction(null)} />}
    </Page>
  );
}
