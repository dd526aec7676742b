import type { Payment } from '../api/types';

const NETWORKS: Record<string, string> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'Amex',
  rupay: 'RuPay',
  unknown: 'Card',
};

/** `Visa •••• 4242`, or the UPI address. */
export function methodText(payment: Pick<Payment, 'method' | 'vpa' | 'card_network' | 'card_last4'>): string {
  if (payment.method === 'upi') return `UPI ${payment.vpa ?? ''}`.trim();
  return `${NETWORKS[payment.card_network ?? 'unknown'] ?? 'Card'} •••• ${payment.card_last4 ?? ''}`;
}
