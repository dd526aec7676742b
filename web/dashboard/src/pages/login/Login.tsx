import { Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ApiError, api, ask } from '../../api/client';
import type { components } from '../../api/schema';
import { adopt, sessionQuery } from '../../session/session';
import { CodeStep } from './CodeStep';
import classes from './Login.module.css';
import { PasswordStep } from './PasswordStep';

/** Which of the two steps an answer leads to. */
const needsCode = (error: unknown): boolean =>
  error instanceof ApiError && ['TWO_FACTOR_REQUIRED', 'TWO_FACTOR_INVALID'].includes(error.code);

/** E-mail and password; then a code, where the user has asked for one. */
export function Login() {
  const { next, ended } = useSearch({ from: '/login' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const login = useMutation({
    mutationFn: (body: components['schemas']['LoginBody']) => ask(api.POST('/api/v1/session', { body })),
    onSuccess: async (session) => {
      queries.setQueryData(sessionQuery.queryKey, adopt(session));
      await navigate({ to: next ?? '/dashboard', replace: true });
    },
  });
  useEffect(() => {
    document.title = 'Log in · Payments';
  }, []);
  // What was typed stays in memory for the second step, and goes with the page.
  const given = login.variables;
  const second = given && (needsCode(login.error) || given.code);
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <img src="/favicon.svg" alt="" width={40} height={40} />
        {second ? (
          <CodeStep
            email={given.email}
            error={login.error}
            pending={login.isPending}
            onCode={(code) => login.mutate({ ...given, code })}
            onBack={login.reset}
          />
        ) : (
          <>
            <Title order={1}>Log in</Title>
            <p className="muted">to the dashboard of your payment gateway</p>
            <PasswordStep
              error={login.error}
              ended={ended ?? false}
              pending={login.isPending}
              onSubmit={login.mutate}
            />
            <p className={classes.hint}>
              Started with <span className="mono">make dev</span>? The log-in stands in its output. Forgotten
              it? <span className="mono">gateway users reset-password</span> sets a new one.
            </p>
          </>
        )}
      </div>
    </main>
  );
}
