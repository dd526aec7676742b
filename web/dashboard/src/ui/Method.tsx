import type { Payment } from '../api/types';
import { banks, wallets } from '../generated/instruments.json';

const NETWORKS: Record<string, string> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'Amex',
  rupay: 'RuPay',
  unknown: 'Card',
};

const NAMES: Record<string, string> = { ...banks, ...wallets };

/** A payment's method, with what it was paid by where that is known. */
type Paid = Pick<Payment, 'method' | 'vpa' | 'card_network' | 'card_last4' | 'bank' | 'wallet'>;

/** `Visa •••• 4242`, the UPI address, or the bank's or the wallet's name. */
export function methodText(payment: Paid): string {
  if (payment.method === 'upi') return `UPI ${payment.vpa ?? ''}`.trim();
  const code = payment.bank ?? payment.wallet;
  if (payment.method === 'netbanking' || payment.method === 'wallet') {
    const kind = payment.method === 'wallet' ? 'Wallet' : 'Net banking';
    return code ? `${kind} · ${NAMES[code] ?? code}` : kind;
  }
  return `${NETWORKS[payment.card_network ?? 'unknown'] ?? 'Card'} •••• ${payment.card_last4 ?? ''}`;
}
