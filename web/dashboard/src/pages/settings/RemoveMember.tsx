import { Checkbox } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import type { Member } from '../../api/types';
import { Confirm } from '../../ui/Confirm';
import { useMemberChange } from './useMemberChange';

/** Takes somebody out of the team, and on request the API keys that this person made with them. */
export function RemoveMember({ user, onClose }: { user: Member; onClose: () => void }) {
  const [revoking, setRevoking] = useState(false);
  const keys = user.active_keys;
  const remove = useMutation({
    mutationFn: () =>
      ask(
        api.DELETE('/api/v1/team/{user_id}', {
          params: { path: { user_id: user.id }, query: { revoke_keys: revoking } },
        }),
      ),
    ...useMemberChange(user, 'Removed', onClose),
  });
  const invited = user.status === 'invited';
  return (
    <Confirm
      title={invited ? 'Withdraw the invitation' : 'Remove member'}
      button={invited ? 'Withdraw' : 'Remove'}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
      more={
        keys > 0 && (
          <Checkbox
            checked={revoking}
            onChange={(event) => setRevoking(event.currentTarget.checked)}
            label={`Also revoke the ${keys === 1 ? 'API key' : `${keys} API keys`} that this person made`}
            description="Otherwise they work on: whoever knows their secrets can use them. Programs that use them stop."
          />
        )
      }
    >
      {invited
        ? `The link that ${user.email} was sent works no more.`
        : `${user.email} is logged out everywhere at once, and can come back only by another invitation.`}
    </Confirm>
  );
}
