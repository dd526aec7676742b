import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, ask } from '../../api/client';
import { useList } from '../../api/lists';
import { formatAmount } from '../../lib/money';
import { stateOf } from '../../lib/states';
import { useSession } from '../../session/session';
import { Amount } from '../../ui/Amount';
import { Code, CopyButton, Id } from '../../ui/Copy';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Facts } from '../../ui/Facts';
import { Failure } from '../../ui/Failure';
import { methodText } from '../../ui/Method';
import { Page, Panel } from '../../ui/Page';
import { PageSkeleton } from '../../ui/PageSkeleton';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { DisputesPanel } from '../disputes/DisputesPanel';
import { UnexpectedPanel } from '../unexpected/UnexpectedPanel';

/** An order with every try to pay it. */
export function OrderPage() {
  const { orderId } = useParams({ from: '/dashboard/orders/$orderId' });
  const { checkout_url } = useSession();
  const order = useQuery({
    queryKey: ['orders', orderId],
    queryFn: () => ask(api.GET('/api/v1/orders/{order_id}', { params: { path: { order_id: orderId } } })),
  });
  const payments = useList('payments', { order_id: orderId });
  if (order.isError) return <Failure error={order.error} retry={() => order.refetch()} />;
  if (!order.data) return <PageSkeleton />;
  const { data } = order;
  const link = `${checkout_url}/checkout?order_id=${data.id}`;
  return (
    <Page
      title={data.receipt || formatAmount(data.amount, data.currency)}
      back={
        <Link to="/dashboard/orders" className="link">
          ← Orders
        </Link>
      }
      lead={
        <>
          <Status value={data.status} /> <Id value={data.id} what="the order's id" />
        </>
      }
    >
      <Panel title="Payments" lead="Every try to pay this order. At most one of them can be live." flush>
        <DataTable
          label="Payments of this order"
          columns={[
            {
              key: 'id',
              title: 'Payment',
              cell: (row) => (
                <Link
                  className="link mono"
                  to="/dashboard/transactions/$paymentId"
                  params={{ paymentId: row.id }}
                >
                  {row.id}
                </Link>
              ),
            },
            { key: 'status', title: 'Status', cell: (row) => <Status value={stateOf(row)} /> },
            { key: 'method', title: 'Method', cell: (row) => methodText(row) },
            { key: 'why', title: 'Reason', cell: (row) => row.error_description ?? '' },
            { key: 'created', title: 'Created', cell: (row) => <Time at={row.created_at} /> },
          ]}
          rows={payments.rows}
          rowKey={(row) => row.id}
          href={(row) => `/dashboard/transactions/${row.id}`}
          empty={<Empty title="Nobody has tried to pay yet" />}
        />
      </Panel>
      {payments.rows?.some((row) => row.account_id) && (
        <>
          <DisputesPanel owner={{ order_id: orderId }} />
          <UnexpectedPanel owner={{ order_id: orderId }} />
        </>
      )}
      <Panel title="Details">
        <Facts
          facts={[
            ['Amount', <Amount key="amount" minor={data.amount} currency={data.currency} />],
            ['Capture', data.capture],
            ['Created', <Time key="created" at={data.created_at} />],
            ...Object.entries(data.notes).map(
              ([name, value]) => [`Note: ${name}`, value] as [string, string],
            ),
            data.status !== 'paid' && [
              'Payment link',
              <span key="link">
                <a className="link" href={link} target="_blank" rel="noreferrer">
                  {link}
                </a>{' '}
                <CopyButton value={link} label="Copy the payment link" />
              </span>,
            ],
          ]}
        />
      </Panel>
      <Panel title="JSON">
        <Code label="the order as JSON" text={JSON.stringify(data, null, 2)} />
      </Panel>
    </Page>
  );
}
