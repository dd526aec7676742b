import { Alert, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMode } from '../../../session/mode';
import { Empty } from '../../../ui/Empty';
import { Failure } from '../../../ui/Failure';
import { Page, Panel } from '../../../ui/Page';
import { accountsQuery, type Preview } from '../processors/queries';
import { PreviewBox } from './PreviewBox';
import classes from './Routing.module.css';
import { Rules } from './Rules';

/** Which account takes which payment: the rules in their order, and beside them who would take a payment, and why. */
export function Routing() {
  const mode = useMode();
  const accounts = useQuery(accountsQuery);
  const [preview, setPreview] = useState<Preview | null>(null);
  const given = { accounts: accounts.data?.data ?? [], offered: accounts.data?.processors ?? [] };
  return (
    <Page
      title="Routing"
      lead="Which of your accounts takes which payment. A change holds for payments made after it."
      testId="routing"
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
            <p>
              Rules name accounts.{' '}
              <Link className="link" to="/dashboard/processors">
                Connect one
              </Link>{' '}
              first: it gets a rule for everything by itself.
            </p>
          </Empty>
        </Panel>
      )}
      {accounts.data && accounts.data.data.length > 0 && (
        <div className={classes.beside}>
          <Rules {...given} preview={preview} onChange={() => setPreview(null)} />
          <PreviewBox {...given} preview={preview} onPreview={setPreview} />
        </div>
      )}
    </Page>
  );
}
