/** The pages of the dashboard, once: for the navigation and for the command palette. */

import {
  IconActivity,
  IconArrowBackUp,
  IconArrowsSplit2,
  IconBook2,
  IconBuildingBank,
  IconBuildingStore,
  IconCoins,
  IconCreditCard,
  IconFileText,
  IconFlask,
  IconGavel,
  IconHistory,
  IconHome,
  IconKey,
  IconListDetails,
  IconProgressCheck,
  IconRocket,
  IconShieldLock,
  IconUserQuestion,
  IconUsers,
  IconWebhook,
} from '@tabler/icons-react';

export interface PageLink {
  to: string;
  label: string;
  icon: typeof IconHome;
  /** Other words that people type for it. */
  words: string;
  permission?: string;
}

export const GROUPS: { title: string; pages: PageLink[] }[] = [
  {
    title: '',
    pages: [
      { to: '/dashboard', label: 'Overview', icon: IconHome, words: 'home start' },
      { to: '/dashboard/transactions', label: 'Payments', icon: IconCreditCard, words: 'transactions' },
      { to: '/dashboard/orders', label: 'Orders', icon: IconFileText, words: 'receipt' },
      { to: '/dashboard/refunds', label: 'Refunds', icon: IconArrowBackUp, words: 'money back' },
      {
        to: '/dashboard/disputes',
        label: 'Disputes',
        icon: IconGavel,
        words: 'chargeback evidence shopper bank',
      },
      {
        to: '/dashboard/unexpected',
        label: 'Unexpected money',
        icon: IconCoins,
        words: 'late twice double payment suspense review',
      },
      {
        to: '/dashboard/review',
        label: 'Review',
        icon: IconUserQuestion,
        words: 'waits decide attention notices refunds unexpected person queue',
      },
      {
        to: '/dashboard/webhooks',
        label: 'Webhooks',
        icon: IconWebhook,
        words: 'endpoints deliveries retry secret',
      },
    ],
  },
  {
    title: 'Developers',
    pages: [
      { to: '/dashboard/docs', label: 'Docs', icon: IconBook2, words: 'api reference curl sdk snippets' },
      {
        to: '/dashboard/keys',
        label: 'API keys',
        icon: IconKey,
        words: 'rotate secret',
        permission: 'keys:read',
      },
      {
        to: '/dashboard/requests',
        label: 'Request log',
        icon: IconActivity,
        words: 'requests api status errors request id',
        permission: 'logs:read',
      },
      { to: '/dashboard/events', label: 'Events', icon: IconListDetails, words: 'payload json' },
      { to: '/dashboard/jobs', label: 'Jobs', icon: IconProgressCheck, words: 'queue worker due review' },
      {
        to: '/dashboard/test-tools',
        label: 'Test tools',
        icon: IconFlask,
        words: 'cards simulator inbox vpa',
      },
    ],
  },
  {
    title: 'Settings',
    pages: [
      {
        to: '/dashboard/settings',
        label: 'Business',
        icon: IconBuildingStore,
        words: 'branding logo origins checkout',
      },
      {
        to: '/dashboard/processors',
        label: 'Processors',
        icon: IconBuildingBank,
        words: 'accounts razorpay stripe connect proven try emergency stop pause refund cap',
        permission: 'settings',
      },
      {
        to: '/dashboard/routing',
        label: 'Routing',
        icon: IconArrowsSplit2,
        words: 'routes rules accounts share preview who takes',
        permission: 'settings',
      },
      {
        to: '/dashboard/live',
        label: 'Going live',
        icon: IconRocket,
        words: 'checklist live missing try',
      },
      {
        to: '/dashboard/team',
        label: 'Team',
        icon: IconUsers,
        words: 'members roles invite',
        permission: 'team:read',
      },
      {
        to: '/dashboard/security',
        label: 'Your account',
        icon: IconShieldLock,
        words: 'password sessions devices two-factor 2fa totp authenticator',
      },
      {
        to: '/dashboard/audit',
        label: 'Audit log',
        icon: IconHistory,
        words: 'who did',
        permission: 'audit:read',
      },
    ],
  },
];
