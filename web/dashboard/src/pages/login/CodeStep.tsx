import { Button, Stack, TextInput, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ApiError } from '../../api/client';
import classes from './Login.module.css';
import { Refused } from './Refused';

interface Props {
  email: string;
  error: Error | null;
  pending: boolean;
  onCode: (code: string) => void;
  onBack: () => void;
}

/** The second step: a code of the authenticator app, or a recovery code. */
export function CodeStep({ email, error, pending, onCode, onBack }: Props) {
  const [code, setCode] = useState('');
  const [missing, setMissing] = useState(false);
  const asked = error instanceof ApiError && error.code === 'TWO_FACTOR_REQUIRED';
  // A code works once: the next try is another one.
  useEffect(() => {
    if (error) setCode('');
  }, [error]);
  return (
    <>
      <Title order={1}>Enter the code</Title>
      <p className="muted">from the authenticator app of {email}</p>
      <form
        noValidate
        aria-busy={pending}
        onSubmit={(event) => {
          event.preventDefault();
          setMissing(!code.trim());
          if (code.trim() && !pending) onCode(code.trim());
        }}
      >
        <Stack gap="sm">
          {error && !asked && <Refused error={error} />}
          <TextInput
            label="Code"
            size="md"
            description="Six digits, or one of your recovery codes"
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={40}
            autoFocus
            data-test-id="code-input"
            error={missing ? 'Enter the code' : null}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <Button type="submit" size="md" fullWidth mt="xs" loading={pending} data-test-id="code-button">
            Log in
          </Button>
          <Button variant="subtle" color="gray" fullWidth onClick={onBack}>
            Log in as somebody else
          </Button>
        </Stack>
      </form>
      <p className={classes.hint}>
        Lost telephone and recovery codes? An owner or admin of your team can turn the second step off, or the
        operator: <span className="mono">gateway users reset-two-factor</span>.
      </p>
    </>
  );
}
