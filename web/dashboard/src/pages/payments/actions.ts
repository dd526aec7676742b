/** What can still be done with a payment. The API decides; this only hides what it would refuse. */

import type { Payment } from '../../api/types';

export type ActionKind = 'capture' | 'cancel' | 'refund';

/** What may still be paid back, in minor units, as far as the payment itself tells. */
export function refundable(payment: Payment): number {
  return payment.status === 'success' ? payment.amount_captured - payment.amount_refunded : 0;
}

export function actionsOf(payment: Payment): { kind: ActionKind; label: string }[] {
  const actions: { kind: ActionKind; label: string }[] = [];
  const authorised = payment.status === 'success' && !payment.captured;
  if (authorised) actions.push({ kind: 'capture', label: 'Capture' });
  if (authorised || payment.status === 'requires_action')
    actions.push({ kind: 'cancel', label: 'Cancel payment' });
  if (refundable(payment) > 0) actions.push({ kind: 'refund', label: 'Refund' });
  return actions;
}
