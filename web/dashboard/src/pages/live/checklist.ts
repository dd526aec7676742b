/** What is missing before live: asked of the API, said in words, with the way to do it. */

import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import type { components } from '../../api/schema';

export type Checklist = components['schemas']['ChecklistAnswer'];
export type Item = Checklist['items'][number];

export const checklistQuery = queryOptions({
  queryKey: ['live', 'checklist'],
  queryFn: () => ask(api.GET('/api/v1/live/checklist')),
});

interface Words {
  title: string;
  hint: string;
  /** Where it is done, and what the link there says. */
  to: string;
  go: string;
  /** What else the role has to allow. */
  permission?: string;
}

export const WORDS: Record<Item['name'], Words> = {
  processor: {
    title: 'A live account at a processor',
    hint: 'It moves the money. Connect it with its live keys; a green check enables it.',
    to: '/dashboard/processors',
    go: 'Processors',
    permission: 'settings',
  },
  origins: {
    title: 'The origins of your shop',
    hint: 'Only their pages may open the checkout in live mode.',
    to: '/dashboard/settings',
    go: 'Business',
    permission: 'settings',
  },
  endpoint: {
    title: 'A webhook endpoint on https',
    hint: 'So that your server hears what was paid, and nobody on the way does.',
    to: '/dashboard/webhooks',
    go: 'Webhooks',
    permission: 'webhooks',
  },
  two_factor: {
    title: 'Your second factor',
    hint: 'Whoever gets hold of your password alone must not move money.',
    to: '/dashboard/security',
    go: 'Your account',
  },
  key: {
    title: 'A live API key',
    hint: 'Your server makes live orders with it.',
    to: '/dashboard/keys',
    go: 'API keys',
    permission: 'keys',
  },
  trial: {
    title: 'Tried with real money',
    hint: 'Pay the least amount yourself, see it arrive, and pay it back.',
    to: '/dashboard/processors',
    go: 'Try it live',
    permission: 'settings',
  },
};
