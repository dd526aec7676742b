import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask, newIdempotencyKey } from '../../api/client';
import { accountText } from '../../lib/processors';
import { useMay } from '../../session/session';
import { DataTable } from '../../ui/DataTable';
import { Panel } from '../../ui/Page';
import { Time } from '../../ui/Time';
import { type Notice, noticesQuery } from './queries';
import classes from './Review.module.css';

/** What processors have told of something that is not known here. */
export function Notices({ rows }: { rows: Notice[] }) {
  return (
    <Panel title="Notices about what is not known here" lead={rows[0]?.advice} flush>
      <DataTable
        label="Notices that wait"
        rows={rows}
        rowKey={(notice) => `${notice.account_id} ${notice.event_id}`}
        rowAttributes={(notice) => ({ 'data-test-id': 'notice-row', 'data-event-id': notice.event_id })}
        columns={[
          {
            key: 'type',
            title: 'Told',
            cell: (notice) => (
              <div>
                <span className="mono">{notice.type}</span>
                <div className="muted">{accountText(notice)}</div>
              </div>
            ),
          },
          {
            key: 'about',
            title: 'About',
            cell: (notice) => (
              <div className={classes.ids}>
                {[...notice.objects, ...notice.own_ids].map((id) => (
                  <span key={id} className="mono">
                    {id}
                  </span>
                ))}
              </div>
            ),
          },
          {
            key: 'why',
            title: 'Why',
            cell: (notice) => `${notice.review_reason}; looked ${notice.tries} times`,
          },
          { key: 'at', title: 'Received', cell: (notice) => <Time at={notice.received_at} /> },
          { key: 'act', title: 'Actions', align: 'right', cell: (notice) => <Settle notice={notice} /> },
        ]}
      />
    </Panel>
  );
}

function Settle({ notice }: { notice: Notice }) {
  const may = useMay('settings');
  const queries = useQueryClient();
  const settle = useMutation({
    mutationFn: (again: boolean) => {
      const path = { account_id: notice.account_id };
      const params = { path, header: { 'Idempotency-Key': newIdempotencyKey() } };
      const body = { event_id: notice.event_id, again };
      return ask(api.POST('/api/v1/processor-notices/{account_id}/settle', { params, body }));
    },
    onSuccess: (answer) => {
      if (answer.status === 'looked_for')
        notifications.show({
          color: 'teal',
          title: 'Looked for once more',
          message: 'It comes back here if that is still not known.',
        });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not done', message: error.message }),
    onSettled: () => {
      for (const key of [noticesQuery.queryKey, ['overview']]) queries.invalidateQueries({ queryKey: key });
    },
  });
  if (!may) return null;
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      <Button
        size="compact-sm"
        variant="default"
        loading={settle.isPending}
        onClick={() => settle.mutate(true)}
      >
        Look again
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        loading={settle.isPending}
        onClick={() => settle.mutate(false)}
      >
        Done
      </Button>
    </Group>
  );
}
