/** The merchant's API keys of this mode, as far as the user's role may see them. */

import { useInfiniteQuery } from '@tanstack/react-query';
import { useMode } from '../session/mode';
import { useMay, useSession } from '../session/session';
import { api, ask } from './client';
import type { ApiKey } from './types';

/** Those that work are all on the first page. With `anyway` also where the role may not: the page of keys shows what the API says to that. */
export function useKeys(anyway = false) {
  const may = useMay('keys:read');
  return useInfiniteQuery({
    queryKey: ['keys'],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      ask(api.GET('/api/v1/keys', { params: { query: pageParam ? { cursor: pageParam } : {} } })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    select: (read): ApiKey[] => read.pages.flatMap((page) => page.data),
    enabled: may || anyway,
  });
}

export interface Pair {
  id: string;
  /** Only the published test secret can be shown; every other one is kept as a hash. */
  secret: string | null;
}

/** The pair to show in snippets: the published test key where there is one, else the newest active key. */
export function usePair(): Pair | null {
  const { seeded_key: seeded } = useSession();
  const mode = useMode();
  const { data } = useKeys();
  if (
    mode === 'test' &&
    seeded &&
    (!data || data.some((key) => key.id === seeded.id && key.status === 'active'))
  ) {
    return seeded;
  }
  const key = data?.find((one) => one.status === 'active');
  return key ? { id: key.id, secret: null } : null;
}
