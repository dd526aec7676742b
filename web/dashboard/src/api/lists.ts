/** Lists in pages, and the same list as a CSV file. */

import { useInfiniteQuery } from '@tanstack/react-query';
import { timeZone } from '../lib/time';
import { api, ask, dashboardHeaders, toApiError } from './client';
import type { Dispute, ListPage, LoggedRequest, Order, Payment, Refund, UnexpectedMoney } from './types';

export interface Rows {
  payments: Payment;
  orders: Order;
  refunds: Refund;
  requests: LoggedRequest;
  disputes: Dispute;
  'unexpected-payments': UnexpectedMoney;
}
export type Noun = keyof Rows;
export type Filters = Record<string, string | undefined>;

const PAGE = 25;

/**
 * The list with these filters; `limit` keeps the answer in pages even where a bare list would be an array.
 * `every` is for what no live change tells of: milliseconds until it is asked for again.
 */
export function useList<N extends Noun>(noun: N, filters: Filters, every?: number) {
  const query = useInfiniteQuery({
    queryKey: [noun, 'list', filters],
    initialPageParam: '',
    queryFn: async ({ pageParam }) => {
      const given = { ...setFilters(filters), limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) };
      // The filters come from the URL as text; the API checks them and names what is wrong.
      const params = { query: given as never };
      const page = await ask(api.GET(`/api/v1/${noun as 'payments'}`, { params }));
      return page as unknown as ListPage<Rows[N]>;
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    ...(every ? { refetchInterval: every } : {}),
  });
  return { ...query, rows: query.data?.pages.flatMap((page) => page.data) };
}

/** Filters that are set. */
export function setFilters(filters: Filters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filters).filter(
      (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '',
    ),
  );
}

/** Save exactly this list, all pages of it, as spreadsheets read it: with the viewer's times and a byte-order mark. */
export async function downloadCsv(noun: Noun, filters: Filters): Promise<void> {
  const response = await askForFile(noun, { ...setFilters(filters), bom: 'true', time_zone: timeZone() });
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = `${noun}-${new Date().toISOString().slice(0, 10)}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}

async function askForFile(noun: Noun, query: Record<string, string>): Promise<Response> {
  const response = await fetch(`/api/v1/${noun}?${new URLSearchParams(query)}`, {
    headers: { ...dashboardHeaders(), Accept: 'text/csv' },
  });
  if (response.ok) return response;
  const error = toApiError(response, await response.json().catch(() => undefined));
  if (error.field !== 'time_zone') throw error;
  // A gateway that does not know the browser's name for the zone writes UTC, as it always does.
  const { time_zone: _, ...others } = query;
  return askForFile(noun, others);
}
