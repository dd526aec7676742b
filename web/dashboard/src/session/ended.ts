/** What happens when the API says that nobody is logged in any more. */

import type { QueryClient } from '@tanstack/react-query';
import type { AnyRouter } from '@tanstack/react-router';
import { ApiError } from '../api/client';

/** A session that has ended, or was ended elsewhere: log in again, then back to the same place. */
export function leaveIfLoggedOut(error: Error, router: AnyRouter, queries: QueryClient): void {
  const { pathname, href } = router.state.location;
  if (!(error instanceof ApiError) || error.status !== 401 || !pathname.startsWith('/dashboard')) return;
  void router
    .navigate({ to: '/login', search: { next: href, ended: true }, replace: true })
    .then(() => queries.clear());
}
