import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatAmount } from '../../../lib/money';
import { useSession } from '../../../session/session';
import { DataTable } from '../../../ui/DataTable';
import { Empty } from '../../../ui/Empty';
import { Failure } from '../../../ui/Failure';
import { lazyDialog } from '../../../ui/lazy';
import { Panel } from '../../../ui/Page';
import { capsQuery, type RefundCap } from './queries';

const CapForm = lazyDialog<{ caps: RefundCap[]; onClose: () => void }>(() => import('./dialogs'), 'CapForm');

/** What may be paid back in a day at most. An owner sets it. */
export function RefundCaps() {
  const caps = useQuery(capsQuery);
  const isOwner = useSession().user.role === 'owner';
  const [editing, setEditing] = useState(false);
  const money = (minor: number | null, currency: string) =>
    minor === null ? <span className="muted">no cap</span> : formatAmount(minor, currency);
  return (
    <Panel
      testId="refund-caps"
      title="Daily refund cap"
      lead="Over it a refund is refused, and the audit log is told. A day is one of UTC."
      flush
      actions={
        isOwner &&
        caps.data && (
          <Button size="xs" variant="default" onClick={() => setEditing(true)}>
            Set a cap
          </Button>
        )
      }
    >
      {caps.isError && <Failure error={caps.error} retry={() => caps.refetch()} />}
      {(caps.data || caps.isPending) && (
        <DataTable
          label="Daily refund caps"
          rows={caps.data?.caps}
          rowKey={(cap) => cap.currency}
          empty={<Empty title="No cap">Refunds are bounded by what was paid alone.</Empty>}
          columns={[
            { key: 'currency', title: 'Currency', cell: (cap) => cap.currency },
            {
              key: 'all',
              title: 'In all',
              align: 'right',
              cell: (cap) => money(cap.per_merchant, cap.currency),
            },
            {
              key: 'key',
              title: 'Each key or person',
              align: 'right',
              cell: (cap) => money(cap.per_key, cap.currency),
            },
          ]}
        />
      )}
      {editing && <CapForm caps={caps.data?.caps ?? []} onClose={() => setEditing(false)} />}
    </Panel>
  );
}
