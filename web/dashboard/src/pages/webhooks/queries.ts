/** What the page of webhooks asks for, by the names under which the answers are kept. */

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import { type Filters, setFilters } from '../../api/lists';

/** Deliveries on one page of the log. */
export const PAGE = 20;

export const configQuery = queryOptions({
  queryKey: ['webhooks', 'config'],
  queryFn: () => ask(api.GET('/api/v1/webhooks/config')),
});

export const endpointsQuery = queryOptions({
  queryKey: ['webhooks', 'endpoints'],
  queryFn: () => ask(api.GET('/api/v1/webhooks/endpoints')),
});

/** The part of the log that the page's filters name. */
export function logQuery({ status, event, endpoint_id, offset }: Filters) {
  const at = Number(offset ?? 0) || 0;
  return queryOptions({
    queryKey: ['webhooks', 'log', { status, event, endpoint_id, offset: at }],
    queryFn: () => {
      const query = { limit: PAGE, offset: at, ...setFilters({ status, event, endpoint_id }) };
      return ask(api.GET('/api/v1/webhooks', { params: { query: query as never } }));
    },
    placeholderData: keepPreviousData,
  });
}
