import { Alert, Button, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { ApiError, api, ask } from '../../api/client';
import { adopt, sessionQuery } from '../../session/session';
import classes from './Login.module.css';

/** The words for a refused log-in: the API says the same for a wrong password and an unknown account. */
export function refusal(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something went wrong. Try again.';
  if (error.status === 401) return 'The e-mail address or the password is wrong.';
  if (error.status === 429) {
    const minutes = Math.ceil((error.retryAfter ?? 60) / 60);
    return `Too many wrong passwords. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
  }
  return error.message;
}

export function Login() {
  const { next } = useSearch({ from: '/login' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const alert = useRef<HTMLDivElement>(null);
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (value.includes('@') ? null : 'Enter your e-mail address'),
      password: (value) => (value ? null : 'Enter your password'),
    },
  });
  const login = useMutation({
    mutationFn: (body: { email: string; password: string }) => ask(api.POST('/api/v1/session', { body })),
    onSuccess: async (session) => {
      queries.setQueryData(sessionQuery.queryKey, adopt(session));
      await navigate({ to: next ?? '/dashboard', replace: true });
    },
    onError: () => alert.current?.focus(),
  });
  useEffect(() => {
    document.title = 'Log in · Payments';
  }, []);

  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <img src="/favicon.svg" alt="" width={40} height={40} />
        <Title order={1}>Log in</Title>
        <p className="muted">to the dashboard of your payment gateway</p>
        <form
          data-test-id="login-form"
          noValidate
          onSubmit={form.onSubmit((values) => login.mutate(values))}
          aria-busy={login.isPending}
        >
          <Stack gap="sm">
            {login.isError && (
              <Alert
                ref={alert}
                color="red"
                variant="light"
                role="alert"
                tabIndex={-1}
                className={classes.alert}
              >
                {refusal(login.error)}
              </Alert>
            )}
            <TextInput
              label="E-mail"
              type="email"
              size="md"
              autoComplete="username"
              autoFocus
              data-test-id="email-input"
              {...form.getInputProps('email')}
            />
            <PasswordInput
              label="Password"
              size="md"
              autoComplete="current-password"
              data-test-id="password-input"
              visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
              {...form.getInputProps('password')}
            />
            <Button
              type="submit"
              size="md"
              fullWidth
              mt="xs"
              loading={login.isPending}
              data-test-id="login-button"
            >
              Log in
            </Button>
          </Stack>
        </form>
        <p className={classes.hint}>
          Started with <span className="mono">make dev</span>? The log-in stands in its output. Forgotten it?{' '}
          <span className="mono">gateway users reset-password</span> sets a new one.
        </p>
      </div>
    </main>
  );
}
