import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask, newIdempotencyKey } from '../../api/client';
import { usePair } from '../../api/keys';
import type { ListPage, Order } from '../../api/types';
import { useMode } from '../../session/mode';
import { useMay, useSession } from '../../session/session';
import { Code } from '../../ui/Copy';
import { Run } from '../docs/Run';
import { createOrder, payOrder } from '../docs/snippets';
import classes from './Home.module.css';

/** The next step as a curl command with the merchant's own key, and a button that does the same. */
export function TryIt({ step }: { step: 'order' | 'payment' }) {
  const session = useSession();
  const of = { pair: usePair(), api: session.api_url, checkout: session.checkout_url };
  const newest = useQuery({
    queryKey: ['orders', 'newest'],
    queryFn: async () => {
      const page = await ask(api.GET('/api/v1/orders', { params: { query: { limit: 1 } as never } }));
      return (page as unknown as ListPage<Order>).data[0]?.id ?? null;
    },
    enabled: step === 'payment',
  });
  if (step === 'order') {
    return (
      <div className={classes.tryIt}>
        <Code label="create an order" text={createOrder(of, 'curl')} />
        <Run />
      </div>
    );
  }
  const order = newest.data;
  if (!order) return null;
  return (
    <div className={classes.tryIt}>
      <Code label="pay the order" text={payOrder(of, order)} />
      <Pay order={order} />
    </div>
  );
}

function Pay({ order }: { order: string }) {
  const mode = useMode();
  const may = useMay('payments');
  const queries = useQueryClient();
  const pay = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/payments', {
          params: { header: { 'Idempotency-Key': newIdempotencyKey() } },
          body: { order_id: order, method: 'upi', vpa: 'success@bank' } as never,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['payments'] }),
  });
  if (mode !== 'test' || !may) return null;
  return (
    <div className={classes.run}>
      <Button loading={pay.isPending} onClick={() => pay.mutate()} data-test-id="run-pay-order">
        Run
      </Button>
      {pay.isError && <span role="alert">{pay.error.message}</span>}
      {pay.data && (
        <Link className="link" to="/dashboard/transactions/$paymentId" params={{ paymentId: pay.data.id }}>
          Show the payment
        </Link>
      )}
    </div>
  );
}
