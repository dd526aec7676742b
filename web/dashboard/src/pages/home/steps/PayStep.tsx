import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask, newIdempotencyKey } from '../../../api/client';
import type { ListPage, Order, Payment } from '../../../api/types';
import { payOrder, type Surroundings } from '../../docs/snippets';
import { Act } from './Act';
import { useAnswer, useChanged } from './answers';
import { postOrder } from './OrderStep';

const LOOK_MS = 700;

/** Pay the newest order that waits for it; the answer follows the payment until the bank has decided. */
export function PayStep({ of }: { of: Surroundings }) {
  const [order] = useAnswer<Order>('order');
  const [made, keep] = useAnswer<Payment>('payment');
  const changed = useChanged();
  const unpaid = useQuery({
    queryKey: ['orders', 'unpaid'],
    queryFn: async () => {
      const query = { limit: 1, status: 'created' };
      const page = await ask(api.GET('/api/v1/orders', { params: { query: query as never } }));
      return (page as unknown as ListPage<Order>).data[0]?.id ?? null;
    },
  });
  const payment = useQuery({
    queryKey: ['payments', 'first', made?.id],
    queryFn: () =>
      ask(api.GET('/api/v1/payments/{payment_id}', { params: { path: { payment_id: made?.id ?? '' } } })),
    enabled: Boolean(made),
    refetchInterval: ({ state }) => (state.data?.status === 'pending' || !state.data ? LOOK_MS : false),
  });
  const next = unpaid.data ?? (made ? made.order_id : order?.id);
  const run = useMutation({
    mutationFn: async () => {
      const order_id = unpaid.data ?? (await postOrder()).id;
      return ask(
        api.POST('/api/v1/payments', {
          params: { header: { 'Idempotency-Key': newIdempotencyKey() } },
          body: { order_id, method: 'upi', vpa: 'success@bank' } as never,
        }),
      );
    },
    onSuccess: keep,
    onSettled: changed,
  });
  return (
    <Act
      step="payment"
      command={payOrder(of, next ?? 'order_…')}
      permission="payments"
      pending={run.isPending}
      error={run.error}
      answer={payment.data ?? made}
      onRun={() => run.mutate()}
    >
      {unpaid.data && (
        <a
          className="link"
          href={`${of.checkout}/checkout?order_id=${unpaid.data}`}
          target="_blank"
          rel="noreferrer"
        >
          Pay it in the checkout, as a shopper does
        </a>
      )}
      {made && (
        <Link className="link" to="/dashboard/transactions/$paymentId" params={{ paymentId: made.id }}>
          Show the payment
        </Link>
      )}
    </Act>
  );
}
