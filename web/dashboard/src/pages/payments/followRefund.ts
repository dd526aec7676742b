/** Tells how a refund ended to whoever has started it, wherever in the dashboard that person is by then. */

import { notifications } from '@mantine/notifications';
import { type QueryClient, QueryObserver } from '@tanstack/react-query';
import { api, ask, isRefusal } from '../../api/client';
import type { Refund } from '../../api/types';
import { formatAmount } from '../../lib/money';
import { whyFailed } from './whyFailed';

const LOOK_MS = 3_000;
/** A bank may take days: the payment's page says it then. */
const MOST_MS = 10 * 60_000;

export function followRefund(queries: QueryClient, started: Refund): void {
  const id = `refund-${started.id}`;
  const amount = formatAmount(started.amount, started.currency);
  notifications.show({ id, color: 'teal', title: 'The refund is on its way', message: amount });
  // Live changes ask for it again as well: its key is that of refunds.
  const observer = new QueryObserver(queries, {
    queryKey: ['refunds', started.id],
    queryFn: () =>
      ask(api.GET('/api/v1/refunds/{refund_id}', { params: { path: { refund_id: started.id } } })),
    initialData: started,
    refetchInterval: LOOK_MS,
    retry: false,
  });
  const stop = observer.subscribe(({ data, error }) => {
    // Logged out, or in the other mode by now.
    if (error && isRefusal(error)) return end();
    if (!data || data.status === 'pending') return;
    end();
    notifications.hide(id);
    if (data.status === 'processed') {
      notifications.show({ color: 'teal', title: 'The refund was paid out', message: amount });
    } else {
      notifications.show({
        color: 'red',
        title: 'The refund was refused',
        message: `${amount} stays with you. ${whyFailed(data)}`,
        autoClose: false,
      });
    }
  });
  const timer = setTimeout(() => stop(), MOST_MS);
  function end() {
    clearTimeout(timer);
    stop();
  }
}
