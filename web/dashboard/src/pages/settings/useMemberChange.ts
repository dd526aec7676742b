import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import type { User } from '../../api/types';

/** What follows a change of a member: the list is read again, and a word about it. A dialog shows its own error. */
export function useMemberChange(user: User, what: string, done: () => void) {
  const queries = useQueryClient();
  return {
    onSuccess: () => {
      done();
      for (const name of ['team', 'keys']) queries.invalidateQueries({ queryKey: [name] });
      notifications.show({ color: 'teal', title: what, message: user.email });
    },
  };
}
