import { Alert, Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMode } from '../../../session/mode';
import { Empty } from '../../../ui/Empty';
import { Failure } from '../../../ui/Failure';
import { lazyDialog } from '../../../ui/lazy';
import { Page, Panel } from '../../../ui/Page';
import { AccountPanel } from './AccountPanel';
import { accountsQuery, type Offered } from './queries';
import { RefundCaps } from './RefundCaps';

const Connect = lazyDialog<{ offered: Offered[]; onClose: () => void }>(() => import('./dialogs'), 'Connect');

/** The accounts that take the money, which of them takes what, and what stops them. */
export function Processors() {
  const mode = useMode();
  const accounts = useQuery(accountsQuery);
  const [connecting, setConnecting] = useState(false);
  const offered = accounts.data?.processors ?? [];
  return (
    <Page
      title="Processors"
      lead="Your accounts at those who move the money: how they stand, and what is proven of them."
      testId="processors"
      actions={accounts.data && <Button onClick={() => setConnecting(true)}>Connect an account</Button>}
    >
      {mode === 'test' && (
        <Alert color="gray" role="note">
          In test mode the simulated bank takes whatever no rule gives to a test account of yours. No money
          moves either way.
        </Alert>
      )}
      {accounts.isError && <Failure error={accounts.error} retry={() => accounts.refetch()} />}
      {accounts.isPending && <Skeleton height={220} />}
      {accounts.data?.data.length === 0 && (
        <Panel>
          <Empty title="No account yet">
            {mode === 'live'
              ? 'Live payments are refused until one is connected and its check is green.'
              : 'Connect one with its test keys to see your payments there.'}
          </Empty>
        </Panel>
      )}
      {accounts.data?.data.map((account) => (
        <AccountPanel key={account.id} account={account} offered={offered} />
      ))}
      {accounts.data && accounts.data.data.length > 0 && (
        <p className="muted">
          Which of them takes which payment is said in{' '}
          <Link className="link" to="/dashboard/routing">
            Routing
          </Link>
          .
        </p>
      )}
      {accounts.data && <RefundCaps />}
      {connecting && <Connect offered={offered} onClose={() => setConnecting(false)} />}
    </Page>
  );
}
