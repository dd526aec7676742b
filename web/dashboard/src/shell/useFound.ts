/** What the command palette shows: pages by their words at once, records by a search at the API. */

import { useDebouncedValue } from '@mantine/hooks';
import {
  IconArrowBackUp,
  IconCreditCard,
  IconFileText,
  IconListDetails,
  IconWebhook,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { formatAmount } from '../lib/money';
import { type Found, findPages, pathOf } from './find';
import type { PageLink } from './pages';

const ICONS: Record<string, PageLink['icon']> = {
  payment: IconCreditCard,
  order: IconFileText,
  refund: IconArrowBackUp,
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
      record.status?.replaceAll('_', ' '),
      record.amount !== null && record.currency ? formatAmount(record.amount, record.currency) : '',
    ]
      .filter(Boolean)
      .join(' · '),
    icon: ICONS[record.kind] ?? IconListDetails,
  }));
  return { items: [...records, ...findPages(text, may)], searching: isFetching };
}
