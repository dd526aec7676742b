import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useKeys } from '../../api/keys';
import type { ApiKey } from '../../api/types';
import { useMode } from '../../session/mode';
import { useIsOff } from '../../session/processors';
import { useMay } from '../../session/session';
import { Id } from '../../ui/Copy';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Page, Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Ago } from '../../ui/Time';
import { KeyActions } from './KeyActions';
import type { KeyDialog } from './keyDialog';
import { NewKey } from './NewKey';
import { RevokeKey, RotateKey } from './RotateKey';

/** API keys: make, rotate with an overlap, revoke. A secret is shown once. */
export function Keys() {
  const keys = useKeys(true);
  const mode = useMode();
  const off = useIsOff();
  const may = useMay('keys');
  const [creating, create] = useDisclosure(false);
  const [dialog, setDialog] = useState<KeyDialog | null>(null);
  const close = () => setDialog(null);
  return (
    <Page
      title="API keys"
      lead={`Pairs for ${mode} mode. The key is public, the secret is not: it is shown once and kept as a hash.`}
      actions={may && <Button onClick={create.open}>Create key</Button>}
    >
      <Panel flush>
        {keys.isError && <Failure error={keys.error} retry={() => keys.refetch()} />}
        {(keys.data || !keys.isError) && (
          <DataTable
            label="API keys"
            rows={keys.data}
            rowKey={(key) => key.id}
            hasMore={keys.hasNextPage}
            loadingMore={keys.isFetchingNextPage}
            onMore={() => keys.fetchNextPage()}
            rowAttributes={(key) => ({ 'data-test-id': 'key-row', 'data-key-id': key.id })}
            empty={
              <Empty title={`No keys in ${mode} mode`}>
                {off
                  ? 'One can be made, but takes no payment before a processor is connected.'
                  : 'Create one to call the API.'}
              </Empty>
            }
            columns={[
              {
                key: 'label',
                title: 'Name',
                cell: (key) => key.label || <span className="muted">no name</span>,
              },
              { key: 'id', title: 'Key', cell: (key) => <Id value={key.id} what="the key" /> },
              {
                key: 'scopes',
                title: 'May',
                cell: (key) => key.scopes.join(', ') || 'only open the checkout',
              },
              {
                key: 'status',
                title: 'Status',
                cell: (key) => (
                  <>
                    <Status value={key.status} />{' '}
                    {key.status === 'expiring' && key.expires_at && (
                      <span className="muted">
                        ends <Ago at={key.expires_at} />
                      </span>
                    )}
                  </>
                ),
              },
              { key: 'maker', title: 'Made by', cell: (key) => <Maker value={key.created_by} /> },
              {
                key: 'used',
                title: 'Last used',
                cell: (key) =>
                  key.last_used_at ? <Ago at={key.last_used_at} /> : <span className="muted">never</span>,
              },
              {
                key: 'actions',
                title: 'Actions',
                align: 'right',
                cell: (key) => may && <KeyActions value={key} onChoose={setDialog} />,
              },
            ]}
          />
        )}
      </Panel>
      {creating && <NewKey onClose={create.close} />}
      {dialog?.kind === 'rotate' && <RotateKey value={dialog.key} onClose={close} />}
      {dialog?.kind === 'revoke' && <RevokeKey value={dialog.key} onClose={close} />}
    </Page>
  );
}

/** Whose key it is. That its maker has left the team does not stop it: somebody should look at it. */
function Maker({ value }: { value: ApiKey['created_by'] }) {
  if (!value) return <span className="muted">not known</span>;
  return (
    <span data-test-id="key-maker">
      {value.kind === 'key' ? <span className="mono">{value.label}</span> : value.label}
      {value.has_left && <Status value="has left" label="has left the team" />}
    </span>
  );
}
