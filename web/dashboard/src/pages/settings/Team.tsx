import { ActionIcon, Button, Menu, NativeSelect } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconDots } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import type { User } from '../../api/types';
import { useMay, useSession } from '../../session/session';
import { Confirm } from '../../ui/Confirm';
import { DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { Page, Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Ago } from '../../ui/Time';
import { InviteMember } from './InviteMember';
import { ROLES } from './roles';

/** Who works here, and what each may do. */
export function Team() {
  const may = useMay('team');
  const [inviting, invite] = useDisclosure(false);
  const team = useQuery({ queryKey: ['team'], queryFn: () => ask(api.GET('/api/v1/team')) });
  return (
    <Page
      title="Team"
      lead="Roles are checked by the API with every request; a change counts at once."
      actions={may && <Button onClick={invite.open}>Invite</Button>}
    >
      <Panel flush>
        {team.isError && !team.data ? (
          <Failure error={team.error} retry={() => team.refetch()} />
        ) : (
          <DataTable
            label="Team"
            rows={team.data?.data}
            rowKey={(user) => user.id}
            rowAttributes={(user) => ({ 'data-test-id': 'member-row', 'data-email': user.email })}
            columns={[
              {
                key: 'who',
                title: 'Member',
                cell: (user) => (
                  <span>
                    {user.name && <strong>{user.name} </strong>}
                    <span className="muted">{user.email}</span>
                  </span>
                ),
              },
              { key: 'role', title: 'Role', cell: (user) => <Role user={user} /> },
              { key: 'status', title: 'Status', cell: (user) => <Status value={user.status} /> },
              {
                key: 'two-factor',
                title: 'Two-factor',
                cell: (user) => (user.two_factor ? 'on' : <span className="muted">off</span>),
              },
              {
                key: 'seen',
                title: 'Last log-in',
                cell: (user) =>
                  user.last_login_at ? <Ago at={user.last_login_at} /> : <span className="muted">never</span>,
              },
              { key: 'actions', title: 'Actions', align: 'right', cell: (user) => <Actions user={user} /> },
            ]}
          />
        )}
      </Panel>
      <Panel title="What roles may do">
        <ul>
          {ROLES.map((role) => (
            <li key={role.value}>
              <strong>{role.label}</strong>: {role.may}
            </li>
          ))}
        </ul>
      </Panel>
      {inviting && <InviteMember onClose={invite.close} />}
    </Page>
  );
}

function useChange(user: User, what: string, done = () => {}) {
  const queries = useQueryClient();
  return {
    onSuccess: () => {
      done();
      queries.invalidateQueries({ queryKey: ['team'] });
      notifications.show({ color: 'teal', title: what, message: user.email });
    },
    onError: (error: Error) =>
      notifications.show({ color: 'red', title: 'Not changed', message: error.message }),
  };
}

function Role({ user }: { user: User }) {
  const may = useMay('team');
  const me = useSession().user;
  const change = useMutation({
    mutationFn: (role: string) =>
      ask(
        api.PATCH('/api/v1/team/{user_id}', {
          params: { path: { user_id: user.id } },
          body: { role: role as User['role'] },
        }),
      ),
    ...useChange(user, 'Role changed'),
  });
  if (!may || user.id === me.id || (user.role === 'owner' && me.role !== 'owner'))
    return <span>{user.role}</span>;
  return (
    <NativeSelect
      size="xs"
      aria-label={`Role of ${user.email}`}
      value={user.role}
      data={ROLES.filter((role) => role.value !== 'owner' || me.role === 'owner')}
      onChange={(event) => change.mutate(event.currentTarget.value)}
    />
  );
}

function Actions({ user }: { user: User }) {
  const may = useMay('team');
  const me = useSession().user;
  const [asking, setAsking] = useState<'remove' | 'reset' | null>(null);
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/team/{user_id}', { params: { path: { user_id: user.id } } })),
    ...useChange(user, 'Removed', () => setAsking(null)),
  });
  const reset = useMutation({
    mutationFn: () =>
      ask(api.POST('/api/v1/team/{user_id}/two-factor/reset', { params: { path: { user_id: user.id } } })),
    ...useChange(user, 'Two-factor log-in is off', () => setAsking(null)),
  });
  if (!may || user.id === me.id) return null;
  const invited = user.status === 'invited';
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${user.email}`}>
            <IconDots size={17} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {user.two_factor && <Menu.Item onClick={() => setAsking('reset')}>Turn two-factor off …</Menu.Item>}
          <Menu.Item color="red" onClick={() => setAsking('remove')}>
            {invited ? 'Withdraw the invitation …' : 'Remove …'}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === 'remove' && (
        <Confirm
          title={invited ? 'Withdraw the invitation' : 'Remove member'}
          button={invited ? 'Withdraw' : 'Remove'}
          pending={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(null)}
        >
          {invited
            ? `The link that ${user.email} was sent works no more.`
            : `${user.email} is logged out everywhere at once, and can come back only by another invitation.`}
        </Confirm>
      )}
      {asking === 'reset' && (
        <Confirm
          title="Turn two-factor off"
          button="Turn off"
          pending={reset.isPending}
          error={reset.error}
          onConfirm={() => reset.mutate()}
          onClose={() => setAsking(null)}
        >
          All sessions of {user.email} end. From then on the password alone opens this account, until
          two-factor log-in is set up again.
        </Confirm>
      )}
    </>
  );
}
