import { useMutation } from '@tanstack/react-query';
import { api, ask, newIdempotencyKey } from '../../../api/client';
import type { Order } from '../../../api/types';
import { createOrder, type Surroundings } from '../../docs/snippets';
import { Act } from './Act';
import { useAnswer, useChanged } from './answers';

export const ORDER = { amount: 50_000, currency: 'INR', receipt: 'order-1042' };

export const postOrder = (): Promise<Order> =>
  ask(
    api.POST('/api/v1/orders', {
      params: { header: { 'Idempotency-Key': newIdempotencyKey() } },
      body: ORDER as never,
    }),
  );

/** An order, from here or from a terminal. */
export function OrderStep({ of }: { of: Surroundings }) {
  const [answer, keep] = useAnswer<Order>('order');
  const changed = useChanged();
  const run = useMutation({ mutationFn: postOrder, onSuccess: keep, onSettled: changed });
  return (
    <Act
      step="order"
      command={createOrder(of, 'curl')}
      permission="orders"
      pending={run.isPending}
      error={run.error}
      answer={answer}
      onRun={() => run.mutate()}
    />
  );
}
