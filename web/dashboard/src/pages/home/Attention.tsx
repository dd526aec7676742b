import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Overview } from '../../api/types';
import classes from './Home.module.css';

type Counts = Overview['attention'];
interface Item {
  kind: keyof Counts;
  to: string;
  search?: Record<string, string>;
  one: string;
  many: string;
  /** What else there is to say about it. */
  more?: (counts: Counts) => string;
}
const ITEMS: Item[] = [
  {
    kind: 'payments_in_review',
    to: '/dashboard/jobs',
    one: 'payment waits for a decision of yours',
    many: 'payments wait for a decision of yours',
  },
  {
    kind: 'refunds_in_review',
    to: '/dashboard/jobs',
    one: 'refund waits for a decision of yours',
    many: 'refunds wait for a decision of yours',
  },
  {
    kind: 'disabled_endpoints',
    to: '/dashboard/webhooks',
    one: 'webhook endpoint is disabled and hears nothing',
    many: 'webhook endpoints are disabled and hear nothing',
  },
  {
    kind: 'paused_endpoints',
    to: '/dashboard/webhooks',
    search: { status: 'pending' },
    one: 'webhook endpoint is paused after failures',
    many: 'webhook endpoints are paused after failures',
    more: ({ paused_deliveries: count }) =>
      `: ${counted(count)} ${count === 1 ? 'delivery waits' : 'deliveries wait'}`,
  },
  {
    kind: 'failed_deliveries',
    to: '/dashboard/webhooks',
    search: { status: 'failed' },
    one: 'webhook of the last 7 days was never delivered',
    many: 'webhooks of the last 7 days were never delivered',
  },
  {
    kind: 'expiring_authorizations',
    to: '/dashboard/transactions',
    search: { captured: 'false' },
    one: 'authorisation ends within a day: capture it or lose it',
    many: 'authorisations end within a day: capture them or lose them',
  },
];

/** The API counts up to 10,000. */
function counted(count: number): string {
  return count >= 10_000 ? 'more than 10,000' : count.toLocaleString('en');
}

/** What needs a person, or nothing at all. */
export function Attention({ attention }: { attention: Counts }) {
  const open = ITEMS.filter((item) => attention[item.kind] > 0);
  if (open.length === 0) return null;
  return (
    <ul className={classes.attention} aria-label="Needs attention">
      {open.map((item) => (
        <li key={item.kind}>
          <Link to={item.to} search={(item.search ?? {}) as never}>
            <IconAlertTriangle size={17} aria-hidden />
            {counted(attention[item.kind])} {attention[item.kind] === 1 ? item.one : item.many}
            {item.more?.(attention)}
            <span className={classes.arrow} aria-hidden="true">
              →
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
