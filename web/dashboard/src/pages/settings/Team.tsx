import { ActionIcon, Button, Menu, NativeSelect } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconDots } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import type { Member, User } from '../../api/types';
import { useMay, useSession } from '../../session/session';
import { DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { Page, Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Ago } from '../../ui/Time';
import { ConfirmRole } from './ConfirmRole';
import { InviteMember } from './InviteMember';
import { RemoveMember } from './RemoveMember';
import { ResetTwoFactor } from './ResetTwoFactor';
import { PROVED_ROLES, ROLES } from './roles';
import { useMemberChange } from './useMemberChange';

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
                key: 'keys',
                title: 'Keys made',
                wideOnly: true,
                cell: (user) => user.active_keys || <span className="muted">none</span>,
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

function Role({ user }: { user: Member }) {
  const may = useMay('team');
  const me = useSession().user;
  const [asking, setAsking] = useState<string | null>(null);
  const close = () => setAsking(null);
  const change = useMutation({
    mutationFn: ({ role, password }: { role: string; password?: string }) =>
      ask(
        api.PATCH('/api/v1/team/{user_id}', {
          params: { path: { user_id: user.id } },
          body: { role: role as User['role'], ...(password && { current_password: password }) },
        }),
      ),
    ...useMemberChange(user, 'Role changed', close),
    onError: (error: Error) => {
      if (!asking) notifications.show({ color: 'red', title: 'Not changed', message: error.message });
    },
  });
  if (!may || user.id === me.id || (user.role === 'owner' && me.role !== 'owner'))
    return <span>{user.role}</span>;
  const choose = (role: string) => {
    change.reset();
    if (PROVED_ROLES.includes(role)) setAsking(role);
    else change.mutate({ role });
  };
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={`Role of ${user.email}`}
        value={user.role}
        data={ROLES.filter((role) => role.value !== 'owner' || me.role === 'owner')}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {asking && (
        <ConfirmRole
          user={user}
          role={asking}
          pending={change.isPending}
          error={change.error}
          onConfirm={(password) => change.mutate({ role: asking, password })}
          onClose={close}
        />
      )}
    </>
  );
}

function Actions({ user }: { user: Member }) {
  const may = useMay('team');
  const me = useSession().user;
  const [asking, setAsking] = useState<'remove' | 'reset' | null>(null);
  const close = () => setAsking(null);
  if (!may || user.id === me.id) return null;
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
            {user.status === 'invited' ? 'Withdraw the invitation …' : 'Remove …'}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === 'remove' && <RemoveMember user={user} onClose={close} />}
      {asking === 'reset' && <ResetTwoFactor user={user} onClose={close} />}
    </>
  );
}
