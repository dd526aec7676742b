import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import type { components } from '../../api/schema';
import { Id } from '../../ui/Copy';
import { CurrentPassword } from '../../ui/CurrentPassword';
import classes from './Enrol.module.css';
import { RecoveryCodes } from './RecoveryCodes';

type Enrolment = components['schemas']['EnrolmentAnswer'];

/** Turn two-factor log-in on: password, QR code, a code as proof, recovery codes. */
export function Enrol({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [codes, setCodes] = useState<string[] | null>(null);
  const begin = useMutation({
    mutationFn: (current_password: string) =>
      ask(api.POST('/api/v1/session/two-factor', { body: { current_password } })),
  });
  if (codes) {
    const done = () => {
      for (const name of ['two-factor', 'sessions', 'session', 'team'])
        queries.invalidateQueries({ queryKey: [name] });
      onClose();
    };
    return <RecoveryCodes codes={codes} onClose={done} />;
  }
  return (
    <Modal opened onClose={onClose} title="Turn on two-factor log-in">
      {begin.data ? (
        <Confirm enrolment={begin.data} onCodes={setCodes} onClose={onClose} />
      ) : (
        <Begin error={begin.error} pending={begin.isPending} onPassword={begin.mutate} onClose={onClose} />
      )}
    </Modal>
  );
}

function Begin(props: {
  error: Error | null;
  pending: boolean;
  onPassword: (password: string) => void;
  onClose: () => void;
}) {
  const [password, setPassword] = useState('');
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (password) props.onPassword(password);
      }}
    >
      <Stack>
        <p className="muted">
          You need an authenticator app, such as Aegis, Google Authenticator, 1Password or the one of your
          telephone.
        </p>
        {props.error && (
          <Alert color="red" role="alert">
            {props.error.message}
          </Alert>
        )}
        <CurrentPassword
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            Back
          </Button>
          <Button type="submit" loading={props.pending} disabled={!password}>
            Continue
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Confirm(props: { enrolment: Enrolment; onCodes: (codes: string[]) => void; onClose: () => void }) {
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/session/two-factor/confirm', { body: { code } })),
    onSuccess: (answer) => props.onCodes(answer.recovery_codes),
    onError: () => setCode(''),
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (code.trim() && !confirm.isPending) confirm.mutate();
      }}
    >
      <Stack>
        <p>Scan this with the app, or type the secret into it.</p>
        <img
          className={classes.qr}
          src={props.enrolment.qr_code}
          alt="QR code for the authenticator app; the secret below says the same"
        />
        <Id value={props.enrolment.secret} testId="two-factor-secret" what="the secret" />
        {confirm.isError && (
          <Alert color="red" role="alert">
            {confirm.error.message}
          </Alert>
        )}
        <TextInput
          label="Code that the app shows now"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={10}
          data-autofocus
          data-test-id="two-factor-code"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            Back
          </Button>
          <Button type="submit" loading={confirm.isPending} disabled={!code.trim()}>
            Turn on
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
