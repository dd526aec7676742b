/** The test numbers and addresses that the simulated bank knows, and what each leads to. */

export interface Outcome {
  value: string;
  label: string;
  result: 'success' | 'failed' | 'requires_action' | 'pending';
}

export const CARDS: Outcome[] = [
  { value: '4242424242424242', label: 'Visa, succeeds', result: 'success' },
  { value: '6527658900001005', label: 'RuPay, succeeds', result: 'success' },
  { value: '4000000000000002', label: 'Declined', result: 'failed' },
  { value: '4000000000009995', label: 'Insufficient funds', result: 'failed' },
  { value: '4000000000000069', label: 'Card has expired', result: 'failed' },
  { value: '4000000000000127', label: 'Wrong security code', result: 'failed' },
  { value: '4000000000000119', label: 'Processing error', result: 'failed' },
  { value: '4000000000003155', label: 'Asks the shopper for a challenge', result: 'requires_action' },
];

export const VPAS: Outcome[] = [
  { value: 'success@bank', label: 'Succeeds', result: 'success' },
  { value: 'failure@bank', label: 'Fails', result: 'failed' },
  { value: 'timeout@bank', label: 'The shopper never approves', result: 'failed' },
  { value: 'pending@bank', label: 'Waits for the shopper', result: 'requires_action' },
  { value: 'late@bank', label: 'Succeeds late', result: 'success' },
];

/** `4242 4242 4242 4242`. */
export function grouped(number: string): string {
  return number.replace(/(.{4})(?=.)/g, '$1 ');
}
