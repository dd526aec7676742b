import { useMutation, useQuery } from '@tanstack/react-query';
import { api, ask, newIdempotencyKey } from '../../../api/client';
import type { ListPage, Payment, Refund } from '../../../api/types';
import type { Surroundings } from '../../docs/snippets';
import { Act } from './Act';
import { useAnswer, useChanged } from './answers';
import { refund as command } from './commands';

const LOOK_MS = 700;
/** A part only, so that it can be run once more. */
const PART = 10_000;

/** Give a part of the newest payment back; the answer follows the refund until it is decided. */
export function RefundStep({ of }: { of: Surroundings }) {
  const [made, keep] = useAnswer<Refund>('refund');
  const changed = useChanged();
  const paid = useQuery({
    queryKey: ['payments', 'refundable'],
    queryFn: async () => {
      const query = { limit: 1, status: 'success' };
      const page = await ask(api.GET('/api/v1/payments', { params: { query: query as never } }));
      return (page as unknown as ListPage<Payment>).data[0] ?? null;
    },
  });
  const refund = useQuery({
    queryKey: ['refunds', 'first', made?.id],
    queryFn: () =>
      ask(api.GET('/api/v1/refunds/{refund_id}', { params: { path: { refund_id: made?.id ?? '' } } })),
    enabled: Boolean(made),
    refetchInterval: ({ state }) => (state.data?.status === 'pending' || !state.data ? LOOK_MS : false),
  });
  const amount = paid.data ? Math.min(PART, paid.data.amount) : PART;
  const run = useMutation({
    mutationFn: (payment: Payment) =>
      ask(
        api.POST('/api/v1/payments/{payment_id}/refunds', {
          params: { path: { payment_id: payment.id }, header: { 'Idempotency-Key': newIdempotencyKey() } },
          body: { amount, reason: 'first steps' } as never,
        }),
      ),
    onSuccess: keep,
    onSettled: changed,
  });
  return (
    <Act
      step="refund"
      command={command(of, paid.data?.id ?? 'pay_…', amount)}
      permission="payments"
      pending={run.isPending || paid.isPending}
      error={run.error}
      answer={refund.data ?? made}
      onRun={() => paid.data && run.mutate(paid.data)}
    />
  );
}
