import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Overview } from '../../api/types';
import { useMay } from '../../session/session';
import classes from './Home.module.css';

type Counts = Overview['attention'];
interface Item {
  kind: keyof Counts;
  to: string;
  search?: Record<string, string>;
  one: string;
  many: string;
  /** Said before the number. */
  before?: string;
  /** Only who may change settings may open `to`; to others it is said without a way there. */
  closed?: true;
  /** What else there is to say about it. */
  more?: (counts: Counts) => string;
}
const ITEMS: Item[] = [
  {
    kind: 'payments_in_review',
    to: '/dashboard/review',
    one: 'payment waits for a decision of yours',
    many: 'payments wait for a decision of yours',
  },
  {
    kind: 'refunds_in_review',
    to: '/dashboard/review',
    one: 'refund waits for a decision of yours',
    many: 'refunds wait for a decision of yours',
  },
  {
    kind: 'open_disputes',
    to: '/dashboard/disputes',
    search: { status: 'needs_response' },
    one: 'dispute needs your answer',
    many: 'disputes need your answer',
  },
  {
    kind: 'unexpected_payments',
    to: '/dashboard/unexpected',
    search: { waits: 'true' },
    before: 'Money that nobody expected: ',
    one: 'payment waits for your word',
    many: 'payments wait for your word',
  },
  {
    kind: 'silent_accounts',
    to: '/dashboard/processors',
    closed: true,
    one: 'account takes payments, but no notice of them comes: is its webhook set up at the processor?',
    many: 'accounts take payments, but no notices of them come: are their webhooks set up at the processors?',
  },
  {
    kind: 'unknown_notices',
    to: '/dashboard/review',
    one: 'notice of a processor is about something that is not known here',
    many: 'notices of processors are about things that are not known here',
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

function said(item: Item, attention: Counts) {
  const count = attention[item.kind];
  return (
    <>
      <IconAlertTriangle size={17} aria-hidden />
      {item.before}
      {counted(count)} {count === 1 ? item.one : item.many}
      {item.more?.(attention)}
    </>
  );
}

/** What needs a person, or nothing at all. */
export function Attention({ attention }: { attention: Counts }) {
  const may = useMay('settings');
  const open = ITEMS.filter((item) => attention[item.kind] > 0);
  if (open.length === 0) return null;
  return (
    <ul className={classes.attention} aria-label="Needs attention">
      {open.map((item) => (
        <li key={item.kind}>
          {may || !item.closed ? (
            <Link className={classes.item} to={item.to} search={(item.search ?? {}) as never}>
              {said(item, attention)}
              <span className={classes.arrow} aria-hidden="true">
                →
              </span>
            </Link>
          ) : (
            <span className={classes.item}>{said(item, attention)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
