import { Alert, Button, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import { isLongEnough } from '../../lib/password';
import { useSession } from '../../session/session';
import { CurrentPassword } from '../../ui/CurrentPassword';
import { DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { Page, Panel } from '../../ui/Page';
import { Ago } from '../../ui/Time';
import { browserName } from './browserName';
import { TwoFactor } from './TwoFactor';

/** One's own sessions, second factor and password. */
export function Security() {
  const { user } = useSession();
  return (
    <Page title="Your account" lead={`${user.email} · ${user.role}`}>
      <Sessions />
      <TwoFactor />
      <Password />
    </Page>
  );
}

function Sessions() {
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => ask(api.GET('/api/v1/sessions')) });
  const revoke = useMutation({
    mutationFn: (id: string) =>
      ask(api.DELETE('/api/v1/sessions/{session_id}', { params: { path: { session_id: id } } })),
    onSuccess: () => notifications.show({ color: 'teal', title: 'Logged out there', message: '' }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not revoked', message: error.message }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
  return (
    <Panel
      title="Where you are logged in"
      lead="A session ends after 12 hours without use, at the latest after 7 days."
      flush
    >
      {sessions.isError && !sessions.data ? (
        <Failure error={sessions.error} retry={() => sessions.refetch()} />
      ) : (
        <DataTable
          label="Sessions"
          rows={sessions.data?.data}
          rowKey={(session) => session.id}
          columns={[
            { key: 'browser', title: 'Browser', cell: (session) => browserName(session.user_agent) },
            {
              key: 'address',
              title: 'Address',
              cell: (session) => <span className="mono">{session.address}</span>,
            },
            { key: 'seen', title: 'Last used', cell: (session) => <Ago at={session.last_seen_at} /> },
            {
              key: 'since',
              title: 'Since',
              wideOnly: true,
              cell: (session) => <Ago at={session.created_at} />,
            },
            {
              key: 'end',
              title: 'Actions',
              align: 'right',
              cell: (session) =>
                session.current ? (
                  <span className="muted">this one</span>
                ) : (
                  <Button size="compact-sm" variant="default" onClick={() => revoke.mutate(session.id)}>
                    Log out there
                  </Button>
                ),
            },
          ]}
        />
      )}
    </Panel>
  );
}

function Password() {
  const form = useForm({
    initialValues: { current_password: '', password: '' },
    validate: { password: (value) => (isLongEnough(value) ? null : 'At least 10 characters') },
  });
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (body: typeof form.values) => ask(api.PUT('/api/v1/session/password', { body })),
    onSuccess: () => {
      form.reset();
      queries.invalidateQueries({ queryKey: ['sessions'] });
      notifications.show({
        color: 'teal',
        title: 'Password changed',
        message: 'You are logged out everywhere else.',
      });
    },
  });
  return (
    <Panel title="Password">
      <form noValidate onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack maw={360}>
          {change.isError && (
            <Alert color="red" role="alert">
              {change.error.message}
            </Alert>
          )}
          <CurrentPassword {...form.getInputProps('current_password')} />
          <PasswordInput
            label="New password"
            description="At least 10 characters"
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
            {...form.getInputProps('password')}
          />
          <div>
            <Button type="submit" loading={change.isPending}>
              Change password
            </Button>
          </div>
        </Stack>
      </form>
    </Panel>
  );
}
