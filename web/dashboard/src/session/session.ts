/** Who is logged in. Everything that the dashboard shows waits for this. */

import { queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { ApiError, api, ask, setCsrfToken } from '../api/client';
import type { components } from '../api/schema';
import { useMode } from './mode';

export type Session = components['schemas']['CurrentSessionAnswer'];

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    try {
      return adopt(await ask(api.GET('/api/v1/session')));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** Take the CSRF token of a session that was just answered. */
export function adopt(session: Session): Session {
  setCsrfToken(session.csrf_token);
  return session;
}

/** The session of a page that exists only with one. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (!data)
    throw new ApiError(401, 'AUTHENTICATION_ERROR', 'Please log in', undefined, undefined, undefined);
  return data;
}

/** Whether the user's role allows this in the mode that is being looked at. The API decides anyway. */
export function useMay(permission: string): boolean {
  const session = useSession();
  const mode = useMode();
  return session.permissions[mode]?.includes(permission) ?? false;
}

export function useLogOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await api.DELETE('/api/v1/session').catch(() => undefined);
    queries.clear();
    // A whole new page: nothing of the merchant is left in memory.
    window.location.assign('/login');
  };
}
