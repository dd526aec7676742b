import { Alert, Button, Group, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import { useIntent } from '../../api/intent';
import { useMode } from '../../session/mode';
import { Covered } from '../../ui/Covered';
import { Panel } from '../../ui/Page';
import { Time } from '../../ui/Time';

/** What signs the checkout's results in this mode, for those who may see it, and its replacement. */
export function SigningSecret({ secret }: { secret: string }) {
  const mode = useMode();
  const queries = useQueryClient();
  const key = ['signing-secret', mode];
  const kept = useQuery({
    queryKey: key,
    queryFn: () => ask(api.GET('/api/v1/checkout/signing-secret')),
    gcTime: 0,
  });
  const [asking, setAsking] = useState(false);
  const [inADay, now] = [useIntent(), useIntent()];
  const rotate = useMutation({
    mutationFn: (atOnce: boolean) =>
      ask(
        api.POST('/api/v1/checkout/signing-secret/rotate', {
          params: { header: (atOnce ? now : inADay).header() },
          body: (atOnce ? { activates_at: 'now' } : {}) as never,
        }),
      ),
    onSettled: (_, error, atOnce) => (atOnce ? now : inADay).settle(error),
    onSuccess: (fresh) => {
      queries.setQueryData(key, fresh);
      setAsking(false);
    },
  });
  const error = kept.error ?? rotate.error;
  const upcoming = kept.data?.next_signing_secret;
  return (
    <Panel
      title="Signing secret"
      lead={`Proves to your server that a result comes from the checkout (${mode} mode).`}
      testId="signing-secret-panel"
    >
      <Stack gap="sm">
        {error && (
          <Alert color="red" role="alert">
            {error.message}
          </Alert>
        )}
        <Covered
          value={kept.data?.signing_secret ?? secret}
          what="the signing secret"
          testId="signing-secret"
        />
        {upcoming && kept.data?.activates_at && (
          <>
            <p className="muted">
              The next one signs from <Time at={kept.data.activates_at} /> on. Have your server accept both
              until then.
            </p>
            <Covered value={upcoming} what="the next signing secret" testId="next-signing-secret" />
          </>
        )}
        <p className="muted">
          The result’s <code className="mono">signature</code> is the lower-case hex HMAC-SHA256 of{' '}
          <code className="mono">orderId|paymentId</code> with it. It says that this payment of this order was
          captured, not who shows it to you. Keep it on your server.
        </p>
        {asking ? (
          <Rotation
            waits={Boolean(upcoming)}
            pending={rotate.isPending}
            onRotate={rotate.mutate}
            onKeep={() => setAsking(false)}
          />
        ) : (
          <div>
            <Button variant="default" onClick={() => setAsking(true)}>
              Rotate
            </Button>
          </div>
        )}
      </Stack>
    </Panel>
  );
}

function Rotation({
  waits,
  pending,
  onRotate,
  onKeep,
}: {
  waits: boolean;
  pending: boolean;
  onRotate: (atOnce: boolean) => void;
  onKeep: () => void;
}) {
  return (
    <Stack gap="xs">
      <p className="muted">
        {waits && 'A new secret takes the place of the next one. '}
        With a day’s notice your server has time to learn it. At once, results are signed with it from now on,
        and a server that does not know it refuses them.
      </p>
      <Group>
        <Button loading={pending} onClick={() => onRotate(false)}>
          Rotate in 24 hours
        </Button>
        <Button color="red" variant="light" loading={pending} onClick={() => onRotate(true)}>
          Rotate at once
        </Button>
        <Button variant="default" onClick={onKeep}>
          Keep it
        </Button>
      </Group>
    </Stack>
  );
}
