import { useMode } from '../../session/mode';
import { Covered } from '../../ui/Covered';
import { Panel } from '../../ui/Page';

/** What signs the checkout's results, for those who may see it. */
export function SigningSecret({ secret }: { secret: string }) {
  const mode = useMode();
  return (
    <Panel
      title="Signing secret"
      lead={`Proves to your server that a result comes from the checkout (${mode} mode).`}
      testId="signing-secret-panel"
    >
      <Covered value={secret} what="the signing secret" testId="signing-secret" />
      <p className="muted">
        The result’s <code className="mono">signature</code> is the lower-case hex HMAC-SHA256 of{' '}
        <code className="mono">orderId|paymentId</code> with it. It says that this payment of this order was
        captured, not who shows it to you. Keep it on your server.
      </p>
    </Panel>
  );
}
