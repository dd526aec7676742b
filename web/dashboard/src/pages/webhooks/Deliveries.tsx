import { Button, Group, NativeSelect } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask, newIdempotencyKey } from '../../api/client';
import { setFilters } from '../../api/lists';
import type { Delivery } from '../../api/types';
import { useMay } from '../../session/session';
import { useColumns } from '../../ui/Columns';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { lazyDialog } from '../../ui/lazy';
import { Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Due, Time } from '../../ui/Time';
import { useFilters } from '../../ui/useFilters';
import { Views } from '../../ui/Views';
import { FAILURES } from '../payments/describe';
import { stateOf } from './endpoint';
import { EVENT_TYPES } from './eventTypes';
import { endpointsQuery, logQuery, PAGE } from './queries';
import classes from './Webhooks.module.css';

// Dialogs are no part of the page's first paint.
const DeliveryDetail = lazyDialog<{ id: string; onClose: () => void }>(
  () => import('./DeliveryDetail'),
  'DeliveryDetail',
);
const Recover = lazyDialog<{ onClose: () => void }>(() => import('./Recover'), 'Recover');

/** The webhook log: an event for an endpoint a line, each with its retry. */
export function Deliveries() {
  const [filters, change] = useFilters();
  const offset = Number(filters.offset ?? 0) || 0;
  const { status, event, endpoint_id } = filters;
  const [recovering, recover] = useDisclosure(false);
  const may = useMay('webhooks');
  const [columns, chooser] = useColumns('deliveries', COLUMNS);
  const log = useQuery(logQuery(filters));
  const shown = log.data?.data.length ?? 0;
  // A total that is not exact says how many there are at least.
  const older = log.data?.total_is_exact ? offset + shown < log.data.total : shown === PAGE;
  const filter = (values: Record<string, string | undefined>) => change({ ...values, offset: undefined });
  return (
    <Panel
      title="Deliveries"
      lead="Newest first. A failed one is tried five times; after that it waits for you."
      flush
      actions={
        <div className={classes.bar}>
          {may && (
            <Button variant="default" onClick={recover.open} data-test-id="recover-button">
              Recover …
            </Button>
          )}
          <NativeSelect
            aria-label="Status"
            value={status ?? ''}
            data={[{ value: '', label: 'Any status' }, 'success', 'failed', 'pending']}
            onChange={(e) => filter({ status: e.currentTarget.value || undefined })}
          />
          <NativeSelect
            aria-label="Event"
            value={event ?? ''}
            data={[{ value: '', label: 'Any event' }, ...EVENT_TYPES]}
            onChange={(e) => filter({ event: e.currentTarget.value || undefined })}
          />
          <Views
            noun="deliveries"
            filters={setFilters({ status, event, endpoint_id })}
            onShow={(view) =>
              filter({ status: undefined, event: undefined, endpoint_id: undefined, ...view })
            }
          />
          {chooser}
        </div>
      }
    >
      {log.isError && <Failure error={log.error} retry={() => log.refetch()} />}
      {(log.data || !log.isError) && (
        <DataTable
          label="Webhook deliveries"
          testId="webhook-logs-table"
          columns={columns}
          rows={log.data?.data}
          rowKey={(row) => row.id}
          rowAttributes={(row) => ({ 'data-test-id': 'webhook-log-item', 'data-webhook-id': row.id })}
          empty={
            <Empty title={status || event ? 'No delivery matches' : 'Nothing was sent yet'}>
              {status || event
                ? 'Clear a filter.'
                : 'Save a URL above, then pay a test order or send a test event.'}
            </Empty>
          }
        />
      )}
      {log.data && log.data.total > 0 && (
        <div className={classes.foot}>
          <span>
            {shown ? `${offset + 1}–${offset + shown}` : 'None'} of{' '}
            {log.data.total_is_exact ? '' : 'more than '}
            {log.data.total.toLocaleString()}
          </span>
          <Group gap="xs">
            <Button
              size="compact-sm"
              variant="default"
              disabled={offset === 0}
              onClick={() => change({ offset: offset > PAGE ? String(offset - PAGE) : undefined })}
            >
              Newer
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              disabled={!older}
              onClick={() => change({ offset: String(offset + PAGE) })}
            >
              Older
            </Button>
          </Group>
        </div>
      )}
      {filters.delivery && (
        <DeliveryDetail id={filters.delivery} onClose={() => change({ delivery: undefined })} />
      )}
      {recovering && <Recover onClose={recover.close} />}
    </Panel>
  );
}

const COLUMNS: Column<Delivery>[] = [
  {
    key: 'event',
    title: 'Event',
    cell: (row) => (
      <Link
        to="."
        search={((before: Record<string, string | undefined>) => ({ ...before, delivery: row.id })) as never}
        className="link mono"
      >
        <span data-test-id="webhook-event">{row.event}</span>
      </Link>
    ),
  },
  { key: 'status', title: 'Status', cell: (row) => <Status value={row.status} testId="webhook-status" /> },
  {
    key: 'attempts',
    title: 'Attempts',
    align: 'right',
    cell: (row) => (
      <span className="num" data-test-id="webhook-attempts">
        {row.attempts}
      </span>
    ),
  },
  {
    key: 'last',
    title: 'Last attempt',
    cell: (row) => (
      <span data-test-id="webhook-last-attempt">
        {row.last_attempt_at ? <Time at={row.last_attempt_at} /> : <span className="muted">not yet</span>}
      </span>
    ),
  },
  {
    key: 'code',
    title: 'Answer',
    cell: (row) => (
      <span>
        <span className="num" data-test-id="webhook-response-code">
          {row.response_code ?? '–'}
        </span>{' '}
        {row.error_class && row.error_class !== 'status' && (
          <span className="muted">{FAILURES[row.error_class] ?? row.error_class}</span>
        )}
      </span>
    ),
  },
  {
    key: 'next',
    title: 'Next try',
    wideOnly: true,
    cell: (row) => <NextTry delivery={row} />,
  },
  {
    key: 'about',
    title: 'About',
    wideOnly: true,
    cell: (row) =>
      row.payment_id ? (
        <Link className="link" to="/dashboard/transactions/$paymentId" params={{ paymentId: row.payment_id }}>
          payment
        </Link>
      ) : (
        <span className="muted">{row.refund_id ? 'refund' : 'order'}</span>
      ),
  },
  { key: 'retry', title: 'Actions', align: 'right', cell: (row) => <Retry delivery={row} /> },
];

/** Of what waits for a paused endpoint nobody can say when it is tried: that depends on the probes before it. */
function NextTry({ delivery }: { delivery: Delivery }) {
  const { data } = useQuery(endpointsQuery);
  const endpoint = data?.data.find((one) => one.id === delivery.endpoint_id);
  if (delivery.status !== 'pending') return <span className="muted">none</span>;
  if (endpoint && stateOf(endpoint) === 'paused') return <>waits: endpoint paused</>;
  return delivery.next_retry_at ? <Due at={delivery.next_retry_at} /> : <span className="muted">none</span>;
}

function Retry({ delivery }: { delivery: Delivery }) {
  const may = useMay('webhooks');
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/webhooks/{delivery_id}/retry', {
          params: { path: { delivery_id: delivery.id }, header: { 'Idempotency-Key': newIdempotencyKey() } },
        }),
      ),
    onSuccess: (answer) =>
      notifications.show({ color: 'teal', title: delivery.event, message: answer.message }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not retried', message: error.message }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
  });
  if (!may) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={retry.isPending}
      data-test-id="retry-webhook-button"
      aria-label={`Retry ${delivery.event} ${delivery.id}`}
      onClick={() => retry.mutate()}
    >
      Retry
    </Button>
  );
}
