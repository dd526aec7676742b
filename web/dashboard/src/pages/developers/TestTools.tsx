import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, ask, newIdempotencyKey } from '../../api/client';
import { useMode } from '../../session/mode';
import { useMay } from '../../session/session';
import { CopyButton } from '../../ui/Copy';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Page, Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Inbox } from './Inbox';
import { BANKS, CARDS, type Outcome, VPAS, WALLETS } from './testData';

type Method = 'card' | 'upi' | 'netbanking' | 'wallet';

const VALUES: Record<Method, string> = {
  card: 'Number',
  upi: 'Address',
  netbanking: 'Bank',
  wallet: 'Wallet',
};

/** Make any outcome happen. Only in test mode. */
export function TestTools() {
  const mode = useMode();
  return (
    <Page
      title="Test tools"
      lead="Each of these numbers decides what the simulated bank answers: here, in the checkout, and from your code."
    >
      {mode === 'live' ? (
        <Panel>
          <Empty title="Not in live mode">
            Switch to test mode: these numbers mean nothing to a real bank.
          </Empty>
        </Panel>
      ) : (
        <>
          <Panel title="Cards" lead="Any expiry in the future, any security code, any name." flush>
            <Outcomes label="Test cards" method="card" rows={CARDS} />
          </Panel>
          <Panel title="UPI addresses" flush>
            <Outcomes label="Test UPI addresses" method="upi" rows={VPAS} />
          </Panel>
          <Panel title="Banks" lead="Once net banking is offered (Settings → Business)." flush>
            <Outcomes label="Test banks" method="netbanking" rows={BANKS} />
          </Panel>
          <Panel title="Wallets" lead="Once wallets are offered." flush>
            <Outcomes label="Test wallets" method="wallet" rows={WALLETS} />
          </Panel>
          <Inbox />
        </>
      )}
    </Page>
  );
}

function Outcomes({ label, method, rows }: { label: string; method: Method; rows: Outcome[] }) {
  return (
    <DataTable
      label={label}
      rows={rows}
      rowKey={(row) => row.value}
      columns={[
        {
          key: 'value',
          title: VALUES[method],
          cell: (row) => (
            <span className="mono">
              {row.value} <CopyButton value={row.value} label={`Copy ${row.value}`} />
            </span>
          ),
        },
        { key: 'what', title: 'What happens', cell: (row) => row.label },
        { key: 'result', title: 'Result', cell: (row) => <Status value={row.result} /> },
        {
          key: 'make',
          title: 'Actions',
          align: 'right',
          cell: (row) => <MakePayment method={method} value={row.value} />,
        },
      ]}
    />
  );
}

function MakePayment({ method, value }: { method: Method; value: string }) {
  const may = useMay('payments');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: async () => {
      const header = { 'Idempotency-Key': newIdempotencyKey() };
      const order = await ask(
        api.POST('/api/v1/orders', {
          params: { header },
          body: { amount: 50_000, currency: 'INR', receipt: 'test-tools' } as never,
        }),
      );
      const card = {
        number: value,
        expiry_month: 12,
        expiry_year: 2035,
        cvv: '123',
        holder_name: 'Test Shopper',
      };
      const by = {
        card: { card },
        upi: { vpa: value },
        netbanking: { bank: value },
        wallet: { wallet: value },
      };
      const body = { order_id: order.id, method, ...by[method] };
      const key = { 'Idempotency-Key': newIdempotencyKey() };
      return ask(api.POST('/api/v1/payments', { params: { header: key }, body: body as never }));
    },
    onSuccess: (payment) => {
      queries.invalidateQueries({ queryKey: ['payments'] });
      navigate({ to: '/dashboard/transactions/$paymentId', params: { paymentId: payment.id } });
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'No payment was made', message: error.message }),
  });
  if (!may) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={make.isPending}
      aria-label={`Make a payment with ${value}`}
      onClick={() => make.mutate()}
    >
      Make a payment
    </Button>
  );
}
