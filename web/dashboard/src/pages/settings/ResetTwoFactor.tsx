import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import type { Member } from '../../api/types';
import { Confirm } from '../../ui/Confirm';
import { CurrentPassword } from '../../ui/CurrentPassword';
import { useMemberChange } from './useMemberChange';

/** For a member who has lost telephone and recovery codes. Takes one's own password. */
export function ResetTwoFactor({ user, onClose }: { user: Member; onClose: () => void }) {
  const [password, setPassword] = useState('');
  const reset = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/team/{user_id}/two-factor/reset', {
          params: { path: { user_id: user.id } },
          body: { current_password: password },
        }),
      ),
    ...useMemberChange(user, 'Two-factor log-in is off', onClose),
  });
  return (
    <Confirm
      title="Turn two-factor off"
      button="Turn off"
      pending={reset.isPending}
      error={reset.error}
      onConfirm={() => reset.mutate()}
      onClose={onClose}
      more={
        <CurrentPassword
          label="Your password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      }
    >
      All sessions of {user.email} end. From then on the password alone opens this account, until two-factor
      log-in is set up again.
    </Confirm>
  );
}
