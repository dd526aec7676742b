/** A payment with the signature that a shop verifies, which one that is only authorised does not have. */
export interface Signed {
  id: string;
  order_id: string;
  captured: boolean;
  signature?: string;
}

/** What this function has added for a payment before: a shop that pays from the page it was returned to has it. */
const FORMER =
  /[?&]payment_id=pay_\w+&order_id=order_\w+&status=((success|authorized)&signature=[0-9a-f]{64}|authorized)$/;

/**
 * The shop's address with the signed result behind its own query, as redirect mode promises it. Nothing of the
 * shop's is changed or spelled anew, not even a parameter that is called as one of ours: ours are the last.
 */
export function returnAddress(returnTo: string, payment: Signed): string {
  const url = new URL(returnTo);
  const ours = new URLSearchParams({
    payment_id: payment.id,
    order_id: payment.order_id,
    status: payment.captured ? 'success' : 'authorized',
  });
  if (payment.signature) ours.set('signature', payment.signature);
  const query = url.search.replace(FORMER, '');
  // Not by `searchParams`, which writes the whole query in its own spelling.
  url.search = `${query}${query ? '&' : '?'}${ours}`;
  return url.href;
}
