/** A timeline entry in a person's words. */

import type { TimelineEntry } from '../../api/types';
import { formatAmount } from '../../lib/money';
import { processorTitle } from '../../lib/processors';
import { type Tone, wordOf } from '../../lib/states';
import { formatDuration } from '../../lib/time';

interface Described {
  title: string;
  more: string;
  tone: Tone;
}

const EVENTS: Record<string, [string, Tone]> = {
  'payment.created': ['Payment created', 'still'],
  'payment.pending': ['Waiting for the bank', 'wait'],
  'payment.requires_action': ['Waiting for the shopper', 'info'],
  'payment.success': ['Payment succeeded', 'ok'],
  'payment.captured': ['Captured', 'ok'],
  'payment.capture_failed': ['Capture refused: nothing was taken', 'bad'],
  'payment.failed': ['Payment failed', 'bad'],
  'payment.cancelled': ['Payment cancelled', 'still'],
  'payment.void_failed': ['Release refused: the payment stands', 'bad'],
  'payment.unexpected': ['Money came that nobody expected', 'wait'],
  'payment.unexpected_returned': ['What nobody expected was given back', 'ok'],
  'dispute.created': ['The shopper’s bank disputes the payment', 'bad'],
  'dispute.updated': ['The dispute has changed', 'info'],
  'dispute.won': ['Dispute won', 'ok'],
  'dispute.lost': ['Dispute lost', 'bad'],
  'refund.created': ['Refund started', 'wait'],
  'refund.processed': ['Refund paid out', 'ok'],
  'refund.failed': ['Refund failed', 'bad'],
};
/** A success without a capture: the money is only held. */
const HELD: [string, Tone] = ['Payment authorised', 'info'];
const ACTIONS: Record<string, string> = {
  'payment.captured': 'asked to capture the payment',
  'payment.cancelled': 'asked to cancel the payment',
  'payment.refunded': 'asked for a refund',
  'unexpected.refunded': 'asked to pay back what nobody expected',
  'job.retried': 'had it tried again',
};
const CALLS: Record<string, string> = {
  prepare: 'prepare the payment',
  authorize: 'authorise',
  capture: 'capture',
  void: 'release the authorisation',
  refund: 'refund',
  close: 'close the payment',
  check: 'say how the payment stands',
};
/** What an attempt ran into, in words. */
export const FAILURES: Record<string, string> = {
  dns: 'the host name was not found',
  connect: 'no connection',
  tls: 'the TLS certificate was not accepted',
  timeout: 'no answer in time',
  reset: 'the connection was cut',
  protocol: 'the answer was not HTTP',
  refused_address: 'the address is not allowed',
  status: 'not a 2xx answer',
  crash: 'the sender was stopped in between',
};

/** `currency` is the payment's: what people asked for is in its minor units. */
export function describe(entry: TimelineEntry, currency: string): Described {
  if (entry.kind === 'event') return describeEvent(entry);
  if (entry.kind === 'processor') return entry.method ? describeExchange(entry) : describeCall(entry);
  if (entry.kind === 'action') {
    const amount = entry.details?.amount;
    const detail = typeof entry.details?.reason === 'string' ? entry.details.reason : '';
    return {
      title: `${entry.actor} ${ACTIONS[entry.title] ?? entry.title}`,
      more: [typeof amount === 'number' ? formatAmount(amount, currency) : '', detail]
        .filter(Boolean)
        .join(' · '),
      tone: 'info',
    };
  }
  if (entry.kind === 'scheduled') {
    return {
      title: `Next try of ${entry.title}`,
      more: `Attempt ${entry.number} to ${entry.url}`,
      tone: 'wait',
    };
  }
  return describeAttempt(entry);
}

interface Sum {
  amount: number;
  currency: string;
}
interface Told {
  payment?: { captured?: boolean; error_description?: string };
  refund?: { error_description?: string | null };
  unexpected?: Sum;
  dispute?: Sum & { status: string };
}

function describeEvent(entry: TimelineEntry): Described {
  const { payment, refund, unexpected, dispute } = (entry.payload?.data ?? {}) as Told;
  const held = entry.title === 'payment.success' && payment?.captured === false;
  const [title, tone] = held ? HELD : (EVENTS[entry.title] ?? [entry.title, 'still']);
  const told = entry.deliveries
    ? `${entry.deliveries} webhook${entry.deliveries === 1 ? '' : 's'}`
    : 'no endpoint listens';
  const sum = unexpected ?? dispute;
  // Of money that came late the payment's failure is an old story.
  const why = sum
    ? [formatAmount(sum.amount, sum.currency), dispute && wordOf(dispute.status)].filter(Boolean).join(' · ')
    : (payment?.error_description ?? refund?.error_description);
  return { title, more: [why, `${entry.title} · ${told}`].filter(Boolean).join(' · '), tone };
}

function describeCall(entry: TimelineEntry): Described {
  const amount =
    entry.amount != null && entry.currency ? ` ${formatAmount(entry.amount, entry.currency)}` : '';
  const asked = (entry.requests ?? 1) > 1 ? `asked ${entry.requests} times, done once` : '';
  const tone: Tone = entry.outcome === 'approved' ? 'ok' : entry.outcome === 'declined' ? 'bad' : 'wait';
  return {
    title: `Bank asked to ${CALLS[entry.title] ?? entry.title}${amount}`,
    more: [entry.outcome, entry.error, asked].filter(Boolean).join(' · '),
    tone,
  };
}

/** One HTTP exchange with the processor of an account. A refusal is an answer as well. */
function describeExchange(entry: TimelineEntry): Described {
  const whom = processorTitle(entry.processor ?? 'the processor');
  const looked = `how the ${entry.title === 'refund' ? 'refund' : 'payment'} stands`;
  const code = entry.response_code;
  const answer = entry.error ?? (code == null ? 'no answer' : `answered ${code}`);
  return {
    title: `Asked ${whom} ${entry.method === 'GET' ? looked : `to ${CALLS[entry.title] ?? entry.title}`}`,
    more: `${entry.method} ${entry.path}: ${answer} in ${formatDuration(entry.duration_ms ?? 0)}`,
    tone: entry.error ? 'bad' : code != null && code >= 400 ? 'wait' : 'ok',
  };
}

function describeAttempt(entry: TimelineEntry): Described {
  const failed = Boolean(entry.error_class);
  const answer = entry.response_code
    ? `answered ${entry.response_code}`
    : (FAILURES[entry.error_class ?? ''] ?? 'failed');
  return {
    title: `Webhook ${entry.title} ${failed ? 'failed' : 'delivered'}`,
    more: `Attempt ${entry.number} to ${entry.url}: ${answer} in ${formatDuration(entry.duration_ms ?? 0)}`,
    tone: failed ? 'bad' : 'ok',
  };
}
