import { decimal } from './money.js';

export interface UpiLink {
  /** Payee's address. */
  vpa: string;
  name: string;
  /** ISO 18245, 4 digits. */
  merchantCategory: string;
  paymentId: string;
  /** Number of the code that shows it; the first is 1. Another one is another reference of the same payment. */
  code?: number;
  /** Paise. */
  amount: number;
  note?: string;
}

const clip = (text: string, most: number) => [...text].slice(0, most).join('');

function reference({ paymentId, code = 1 }: UpiLink): string {
  const plain = paymentId.replace(/[^A-Za-z0-9]/g, '').slice(0, 31);
  return code > 1 ? `${plain}c${code}` : plain;
}

/**
 * The link that a UPI app opens and a QR code holds (NPCI UPI Linking Specifications 1.6).
 * `tr` is at most 35 letters and digits, `tn` at most 50 plain characters, spaces are `%20`.
 */
export function upiLink(link: UpiLink, scheme = 'upi://pay'): string {
  const fields: Record<string, string> = {
    pa: link.vpa,
    pn: clip(link.name, 99),
    mc: link.merchantCategory,
    tr: reference(link),
    am: decimal(link.amount),
    cu: 'INR',
  };
  if (link.note) fields.tn = clip(link.note.replace(/[^A-Za-z0-9 ]/g, ' ').trim(), 50);
  const query = Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${scheme}?${query.join('&')}`;
}

/** Apps a phone may have, each with the scheme that opens it; the last one asks the phone. */
export const UPI_APPS: { id: string; name: string; scheme: string }[] = [
  { id: 'gpay', name: 'Google Pay', scheme: 'gpay://upi/pay' },
  { id: 'phonepe', name: 'PhonePe', scheme: 'phonepe://pay' },
  { id: 'paytm', name: 'Paytm', scheme: 'paytmmp://pay' },
  { id: 'bhim', name: 'BHIM', scheme: 'upi://pay' },
];

export const isMobile = (userAgent: string): boolean => /Android|iPhone|iPad|iPod|Mobile/.test(userAgent);
