import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../../api/client';
import type { Account } from './queries';

export type Act =
  | { kind: 'check' }
  | { kind: 'status'; status: 'enabled' | 'disabled' }
  | { kind: 'pause'; covers: 'payments' | 'refunds'; reason?: string }
  | { kind: 'drop-secret' };

/** Whatever an account's change may have changed. The session says whether live is on. */
export function useRefreshed(): () => void {
  const queries = useQueryClient();
  return () => {
    queries.invalidateQueries({ queryKey: ['processors'] });
    queries.invalidateQueries({ queryKey: ['session'] });
    queries.invalidateQueries({ queryKey: ['stops'] });
  };
}

/** One change of an account; it says what came of it. A check tells by itself. */
export function useAccount(account: Account) {
  const refresh = useRefreshed();
  return useMutation({
    mutationFn: (act: Act): Promise<Account> => send(account.id, act),
    onSuccess: (_, act) => {
      if (act.kind !== 'check') notifications.show({ color: 'teal', title: WORDS[act.kind], message: '' });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not done', message: error.message }),
    onSettled: refresh,
  });
}

const WORDS: Record<Exclude<Act['kind'], 'check'>, string> = {
  status: 'Saved',
  pause: 'Stopped',
  'drop-secret': 'The previous secret is refused from now on',
};

function send(id: string, act: Act): Promise<Account> {
  const params = { path: { account_id: id } };
  const path = '/api/v1/processor-accounts/{account_id}';
  switch (act.kind) {
    case 'check':
      return ask(api.POST(`${path}/check`, { params }));
    case 'status':
      return ask(api.PATCH(path, { params, body: { status: act.status } }));
    case 'drop-secret':
      return ask(api.PATCH(path, { params, body: { drop_previous_webhook_secret: true } }));
    default: {
      const body = { covers: act.covers, ...(act.reason && { reason: act.reason }) };
      return ask(api.POST(`${path}/${act.kind}`, { params, body }));
    }
  }
}
