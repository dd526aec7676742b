import { Link } from '@tanstack/react-router';
import { type Pair, usePair } from '../../api/keys';
import { useMode } from '../../session/mode';
import { Id } from '../../ui/Copy';
import { Panel } from '../../ui/Page';
import classes from './Home.module.css';

function secretHint(pair: Pair | null): string {
  if (!pair) return 'It is shown once, when its key is made.';
  if (pair.secret) return 'Published with the test merchant, so it may be shown.';
  return 'Kept as a hash only. Lost it? Rotate the key: the old pair can go on working meanwhile.';
}

/** The key pair to start with. Secrets are kept as hashes: only the published test secret can be shown. */
export function Credentials() {
  const pair = usePair();
  const mode = useMode();
  return (
    <Panel
      title="API credentials"
      testId="api-credentials"
      actions={
        <Link className="link" to="/dashboard/keys">
          Manage keys
        </Link>
      }
    >
      <dl className={classes.credentials}>
        <div>
          <dt>Key</dt>
          <dd>
            {pair ? (
              <Id value={pair.id} testId="api-key" what="the key" />
            ) : (
              <span className="muted" data-test-id="api-key">
                No {mode} key that you may see
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt>Secret</dt>
          <dd>
            {pair?.secret ? (
              <Id value={pair.secret} testId="api-secret" what="the secret" />
            ) : (
              <span className={pair ? 'mono' : 'muted'} data-test-id="api-secret">
                {pair ? '••••••••••••••••' : 'None'}
              </span>
            )}
            <div className="muted">{secretHint(pair)}</div>
          </dd>
        </div>
      </dl>
    </Panel>
  );
}
