import { Alert, Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Stop } from '../../../api/types';
import { Id } from '../../../ui/Copy';
import { Facts } from '../../../ui/Facts';
import { lazyDialog } from '../../../ui/lazy';
import { Panel } from '../../../ui/Page';
import { Status } from '../../../ui/Status';
import { Ago } from '../../../ui/Time';
import { type AccountDialog, AccountMenu } from './AccountMenu';
import classes from './Processors.module.css';
import { Proven } from './Proven';
import type { Account, Offered } from './queries';
import { useAccount } from './useAccount';
import { accountName, stateOf, titleOf } from './words';

const EndStop = lazyDialog<{ stop: Stop; onClose: () => void }>(
  () => import('../../../shell/EndStop'),
  'EndStop',
);
interface DialogProps {
  account: Account;
  offered: Offered[];
  onClose: () => void;
}
const DIALOGS = {
  edit: lazyDialog<DialogProps>(() => import('./dialogs'), 'EditAccount'),
  credentials: lazyDialog<DialogProps>(() => import('./dialogs'), 'NewCredentials'),
  pause: lazyDialog<DialogProps>(() => import('./dialogs'), 'PauseAccount'),
  remove: lazyDialog<DialogProps>(() => import('./dialogs'), 'RemoveAccount'),
};

/** One account: how it stands, what its last check found, what to enter at the processor. */
export function AccountPanel({ account, offered }: { account: Account; offered: Offered[] }) {
  const [dialog, setDialog] = useState<AccountDialog | null>(null);
  const [ending, setEnding] = useState<Account['stops'][number] | null>(null);
  const act = useAccount(account);
  const Dialog = dialog && DIALOGS[dialog];
  const name = accountName(account, offered);
  const tryIt = account.mode === 'live' ? 'Try it live' : 'Try it';
  return (
    <Panel
      testId="processor-account"
      title={
        <>
          {account.label ?? titleOf(account.processor, offered)}{' '}
          <Status value={stateOf(account)} testId="account-status" />
        </>
      }
      lead={account.label ? titleOf(account.processor, offered) : undefined}
      actions={
        <>
          {account.status === 'enabled' && (
            <Button
              size="xs"
              variant="default"
              renderRoot={(props) => (
                <Link
                  {...props}
                  to="/dashboard/processors/$accountId/try"
                  params={{ accountId: account.id }}
                />
              )}
              aria-label={`${tryIt}: ${name}`}
            >
              {tryIt}
            </Button>
          )}
          <Button
            size="xs"
            variant={account.status === 'unchecked' ? 'filled' : 'default'}
            loading={act.isPending && act.variables.kind === 'check'}
            onClick={() => act.mutate({ kind: 'check' })}
            aria-label={`Check ${name}`}
          >
            Check
          </Button>
          <AccountMenu account={account} name={name} act={act.mutate} onDialog={setDialog} />
        </>
      }
    >
      <div className={classes.stack}>
        {account.stops.map((stop) => (
          <Alert
            key={`${stop.scope} ${stop.covers}`}
            color="red"
            title={stop.covers === 'payments' ? 'New payments are stopped' : 'Refunds are stopped'}
          >
            <Group justify="space-between">
              <span>
                {stop.scope === 'account' ? `By ${stop.by}` : STOPPED_BY[stop.scope]}{' '}
                <Ago at={stop.created_at} />
                {stop.reason && `: ${stop.reason}`}
              </span>
              {stop.scope === 'account' && (
                <Button size="xs" variant="default" onClick={() => setEnding(stop)}>
                  End the stop …
                </Button>
              )}
            </Group>
          </Alert>
        ))}
        <CheckResult account={account} onMend={() => setDialog('credentials')} />
        {account.is_silent && (
          <Alert color="orange" role="status" data-test-id="silent-account">
            It takes payments, but no notice of them comes: is the webhook below set up and enabled at the
            processor, with the secret that is set here? Payments still end, only later.
          </Alert>
        )}
        <Facts
          facts={[
            ['Key', <Id key="key" value={account.public_key} what="key" />],
            account.external_id && ['Account there', <Id key="id" value={account.external_id} />],
            [
              'Webhook URL',
              <Id key="url" value={account.webhook_url} what="webhook URL" testId="webhook-url" />,
            ],
            ['Webhook secret', <Secret key="secret" account={account} offered={offered} />],
            ['Last notice', account.noticed_at ? <Ago key="noticed" at={account.noticed_at} /> : 'none yet'],
          ]}
        />
        <Proven account={account} />
      </div>
      {ending && (
        <EndStop
          stop={{ ...account, ...ending, account_id: account.id, account_label: account.label }}
          onClose={() => setEnding(null)}
        />
      )}
      {Dialog && <Dialog account={account} offered={offered} onClose={() => setDialog(null)} />}
    </Panel>
  );
}

const STOPPED_BY = {
  merchant: 'By the operator',
  all: 'By the operator, for everybody',
};

/** Green or red, in words as well. */
function CheckResult({ account, onMend }: { account: Account; onMend: () => void }) {
  if (account.checked_at === null)
    return (
      <p className="muted" data-test-id="check-result">
        Not checked yet: it takes no payment before its check is green.
      </p>
    );
  const good = account.problem === null;
  return (
    <Alert color={good ? 'teal' : 'red'} role="status" data-test-id="check-result" data-good={good}>
      {good ? 'The check is green: these credentials open the account.' : account.problem}{' '}
      <span className="muted">
        <Ago at={account.checked_at} />
      </span>
      {!good && (
        <Button size="xs" variant="default" ml="sm" onClick={onMend}>
          New credentials …
        </Button>
      )}
    </Alert>
  );
}

function Secret({ account, offered }: { account: Account; offered: Offered[] }) {
  if (offered.find((one) => one.name === account.processor)?.has_webhook_secret === false)
    return 'none of its own: notices are signed with the account’s credentials';
  if (!account.has_webhook_secret) return 'none: its notices are refused';
  return (
    <span data-test-id="webhook-secret">
      set{account.webhook_secret_at && ' '}
      {account.webhook_secret_at && <Ago at={account.webhook_secret_at} />}
      {account.has_previous_webhook_secret && (
        <>
          ; the one before it{account.previous_webhook_secret_at && ', set '}
          {account.previous_webhook_secret_at && <Ago at={account.previous_webhook_secret_at} />}
          {account.previous_webhook_secret_at && ','} holds as well: drop it once the processor uses the new
          one
        </>
      )}
    </span>
  );
}
