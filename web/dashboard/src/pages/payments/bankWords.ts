/** What was asked of the bank, and what it has said, in a person's words. */

import type { Payment } from '../../api/types';

interface Said {
  /** Whose tone the words have: see `Status`. */
  value: 'pending' | 'failed';
  label: string;
}

/** Beside the payment's own state: how a capture or a release stands. */
export function askedOf(payment: Payment): Said[] {
  const said: Said[] = [];
  if (payment.capture_status === 'pending') said.push({ value: 'pending', label: 'capture pending' });
  if (payment.void_status === 'pending') said.push({ value: 'pending', label: 'release pending' });
  if (payment.status !== 'success' || payment.captured) return said;
  if (payment.capture_status === 'failed') said.push({ value: 'failed', label: 'capture refused' });
  if (payment.void_status === 'failed') said.push({ value: 'failed', label: 'release refused' });
  return said;
}

/** What that means for the money, or null where there is nothing to explain. */
export function meaningOf(payment: Payment): string | null {
  if (payment.capture_status === 'pending')
    return 'The bank has been asked to take the money and has not answered yet. A refund is sent after its yes.';
  if (payment.void_status === 'pending')
    return 'The bank has been asked to release the money and has not answered yet. Until its yes the order takes no other payment.';
  if (payment.status !== 'success' || payment.captured) return null;
  if (payment.capture_status === 'failed')
    return 'The bank refused the capture: nothing was taken. You may capture again, or cancel the payment.';
  if (payment.void_status === 'failed')
    return 'The bank refused to release the money: the payment stands as it was. You may capture it, or cancel it again.';
  return null;
}
