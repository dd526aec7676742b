import { Alert, Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import { useIntent } from '../../api/intent';
import type { User } from '../../api/types';
import { useSession } from '../../session/session';
import { Code } from '../../ui/Copy';
import { CurrentPassword } from '../../ui/CurrentPassword';
import { PROVED_ROLES, ROLES } from './roles';

/** An invitation is a link: the gateway sends no mail, you do. */
export function InviteMember({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState('support');
  const me = useSession().user;
  const queries = useQueryClient();
  const [password, setPassword] = useState('');
  const isProved = PROVED_ROLES.includes(role);
  const body = { email, role: role as User['role'], ...(isProved && { current_password: password }) };
  const intent = useIntent(body);
  const invite = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/team', { params: { header: intent.header() }, body })),
    onSettled: (_, error) => {
      intent.settle(error);
      queries.invalidateQueries({ queryKey: ['team'] });
    },
  });
  return (
    <Modal opened onClose={onClose} title="Invite a member">
      {invite.data ? (
        <Stack>
          <p>
            Send this link to <strong>{invite.data.user.email}</strong>. It works once, for seven days, and is
            shown only now.
          </p>
          <Code label="the invitation link" testId="invite-link" text={invite.data.invite_url} />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      ) : (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            invite.mutate();
          }}
        >
          <Stack>
            {invite.isError && (
              <Alert color="red" role="alert">
                {invite.error.message}
              </Alert>
            )}
            <TextInput
              label="E-mail"
              type="email"
              data-autofocus
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <NativeSelect
              label="Role"
              value={role}
              onChange={(event) => setRole(event.currentTarget.value)}
              data={ROLES.filter((one) => one.value !== 'owner' || me.role === 'owner')}
              description={ROLES.find((one) => one.value === role)?.may}
            />
            {isProved && (
              <CurrentPassword
                label="Your password"
                description={`Asked for again, since an ${role} can make keys for everything.`}
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                Back
              </Button>
              <Button type="submit" loading={invite.isPending}>
                Make the link
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
