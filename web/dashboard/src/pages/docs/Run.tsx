import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask, newIdempotencyKey } from '../../api/client';
import { useMode } from '../../session/mode';
import { useMay, useSession } from '../../session/session';
import { Code } from '../../ui/Copy';

/** Runs the snippet's request as you, in test mode, and shows the answer. */
export function Run() {
  const mode = useMode();
  const may = useMay('orders');
  const { checkout_url } = useSession();
  const queries = useQueryClient();
  const run = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/orders', {
          params: { header: { 'Idempotency-Key': newIdempotencyKey() } },
          body: { amount: 50000, currency: 'INR', receipt: 'order-1042' } as never,
        }),
      ),
    onSuccess: () => {
      // An order alone is no event that the live stream would tell of.
      for (const noun of ['orders', 'overview']) queries.invalidateQueries({ queryKey: [noun] });
    },
  });
  if (mode !== 'test') return <p className="muted">Switch to test mode to run it from here.</p>;
  if (!may) return null;
  return (
    <div>
      <Group mt="sm">
        <Button loading={run.isPending} onClick={() => run.mutate()} data-test-id="run-create-order">
          Run
        </Button>
        {run.data && (
          <>
            <a
              className="link"
              href={`${checkout_url}/checkout?order_id=${run.data.id}`}
              target="_blank"
              rel="noreferrer"
            >
              Pay it in the checkout
            </a>
            <Link className="link" to="/dashboard/orders/$orderId" params={{ orderId: run.data.id }}>
              Show the order
            </Link>
          </>
        )}
      </Group>
      <div aria-live="polite">
        {run.isError && <p role="alert">{run.error.message}</p>}
        {run.data && (
          <div style={{ marginTop: '0.75rem' }} data-test-id="run-answer">
            <Code label="the answer" text={JSON.stringify(run.data, null, 2)} />
          </div>
        )}
      </div>
    </div>
  );
}
