import { Button, Group, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api, ask } from '../../api/client';
import { Failure } from '../../ui/Failure';
import { Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';

const Enrol = lazy(async () => ({ default: (await import('./Enrol')).Enrol }));
const WithProof = lazy(async () => ({ default: (await import('./WithProof')).WithProof }));

type Dialog = 'enrol' | 'disable' | 'renew' | null;
const FEW = 3;

/** One's second factor: on, off, and the way back in without the telephone. */
export function TwoFactor() {
  const [dialog, setDialog] = useState<Dialog>(null);
  const factor = useQuery({
    queryKey: ['two-factor'],
    queryFn: () => ask(api.GET('/api/v1/session/two-factor')),
  });
  const { data } = factor;
  const close = () => setDialog(null);
  return (
    <Panel
      title="Two-factor log-in"
      lead="After the password, a code of an authenticator app: a stolen password alone opens nothing."
      testId="two-factor"
    >
      {factor.isError && <Failure error={factor.error} retry={() => factor.refetch()} />}
      {factor.isPending && <Skeleton height={36} aria-busy />}
      {data && !data.enabled && (
        <Button onClick={() => setDialog('enrol')} data-test-id="two-factor-enrol">
          Turn on …
        </Button>
      )}
      {data?.enabled && (
        <Group justify="space-between">
          <span>
            <Status value="enabled" label="on" testId="two-factor-status" />{' '}
            {data.confirmed_at && (
              <>
                since <Time at={data.confirmed_at} />
              </>
            )}
            <br />
            <span className={data.recovery_codes_left < FEW ? undefined : 'muted'}>
              {data.recovery_codes_left} of 10 recovery codes left
              {data.recovery_codes_left < FEW && ': make new ones before the last is used'}
            </span>
          </span>
          <Group gap="xs">
            <Button variant="default" onClick={() => setDialog('renew')}>
              New recovery codes …
            </Button>
            <Button variant="default" onClick={() => setDialog('disable')} data-test-id="two-factor-disable">
              Turn off …
            </Button>
          </Group>
        </Group>
      )}
      <Suspense>
        {dialog === 'enrol' && <Enrol onClose={close} />}
        {(dialog === 'disable' || dialog === 'renew') && <WithProof what={dialog} onClose={close} />}
      </Suspense>
    </Panel>
  );
}
