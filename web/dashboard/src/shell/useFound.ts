/** What the command palette shows: pages by their words at once, records by a search at the API. */

import { useDebouncedValue } from '@mantine/hooks';
import {
  IconActivity,
  IconArrowBackUp,
  IconCoins,
  IconCreditCard,
  IconFileText,
  IconGavel,
  IconListDetails,
  IconWebhook,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { formatAmount } from '../lib/money';
import { wordOf } from '../lib/states';
import { type Found, findPages, pathOf } from './find';
import type { PageLink } from './pages';

const ICONS: Record<string, PageLink['icon']> = {
  payment: IconCreditCard,
  order: IconFileText,
  refund: IconArrowBackUp,
  dispute: IconGavel,
  unexpected: IconCoins,
  event: IconListDetails,
  delivery: IconWebhook,
};

export function useFound(text: string, may: string[]): { items: Found[]; searching: boolean } {
  const [wanted] = useDebouncedValue(text.trim(), 150);
  const { data, isFetching } = useQuery({
    queryKey: ['search', wanted],
    queryFn: () => ask(api.GET('/api/v1/search', { params: { query: { q: wanted } } })),
    enabled: wanted.length >= 2,
    placeholderData: keepPreviousData,
  });
  const records = (text.trim().length >= 2 ? (data?.data ?? []) : []).map((record) => ({
    key: record.id,
    to: pathOf(record.kind, record.id, record.parent_id),
    label: record.title,
    hint: [
      record.status ? wordOf(record.status) : '',
      record.amount !== null && record.currency ? formatAmount(record.amount, record.currency) : '',
    ]
      .filter(Boolean)
      .join(' · '),
    icon: ICONS[record.kind] ?? IconListDetails,
  }));
  // Requests are not searched for, they are named: by the id in an error or a response header.
  const request = /^req_[A-Za-z0-9]{4,60}$/.test(text.trim()) && may.includes('logs:read');
  const requests = request
    ? [
        {
          key: text.trim(),
          to: `/dashboard/requests?request_id=${text.trim()}`,
          label: text.trim(),
          hint: 'Request',
          icon: IconActivity,
        },
      ]
    : [];
  return { items: [...requests, ...records, ...findPages(text, may)], searching: isFetching };
}
