/** Pages by their words, and the paths of records. */

import { GROUPS, type PageLink } from './pages';

export interface Found {
  key: string;
  to: string;
  label: string;
  hint: string;
  icon: PageLink['icon'];
}

/** The pages whose name or words hold the text. */
export function findPages(text: string, may: string[]): Found[] {
  const wanted = text.trim().toLowerCase();
  return GROUPS.flatMap((group) => group.pages)
    .filter((page) => !page.permission || may.includes(page.permission))
    .filter((page) => `${page.label} ${page.words}`.toLowerCase().includes(wanted))
    .map((page) => ({ key: page.to, to: page.to, label: page.label, hint: 'Page', icon: page.icon }));
}

/** Where a record is shown. */
export function pathOf(kind: string, id: string, parent: string | null | undefined): string {
  if (kind === 'payment') return `/dashboard/transactions/${id}`;
  if (kind === 'order') return `/dashboard/orders/${id}`;
  if (['refund', 'dispute', 'unexpected'].includes(kind)) return `/dashboard/transactions/${parent}`;
  if (kind === 'event') return `/dashboard/events?id=${id}`;
  return `/dashboard/webhooks?delivery=${id}`;
}
