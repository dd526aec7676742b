import type { PaymentGateway } from './gateway.js';
import type { CheckoutResult, PaymentGatewayOptions } from './types.js';

/**
 * The no-code button: `<button data-payment-gateway data-key="…" data-order-id="…">`.
 * One listener on the document also serves buttons that are added later.
 */
export function bindButtons(Gateway: typeof PaymentGateway): void {
  const open = new WeakMap<Element, PaymentGateway>();
  document.addEventListener('click', (event) => {
    const button = (event.target as Element | null)?.closest?.<HTMLElement>('[data-payment-gateway]');
    if (!button) return;
    event.preventDefault();
    const known = open.get(button);
    if (known && known.state !== 'closed') return;
    const { callbackUrl, primary } = button.dataset;
    const options = { ...button.dataset, theme: primary && { primary } };
    const gateway = new Gateway(options as unknown as PaymentGatewayOptions);
    open.set(button, gateway);
    gateway.open().then((result) => tell(button, result, callbackUrl));
  });
}

/** Says the outcome as a bubbling event, and goes to `data-callback-url` the way redirect mode does. */
function tell(button: HTMLElement, result: CheckoutResult, callbackUrl?: string): void {
  const event = new CustomEvent(`payment-gateway:${result.status}`, {
    detail: result,
    bubbles: true,
    cancelable: true,
  });
  if (!button.dispatchEvent(event) || !callbackUrl || result.status !== 'success') return;
  const { paymentId, orderId, status, signature } = result.payment;
  const url = new URL(callbackUrl, location.href);
  const ours = new URLSearchParams({ payment_id: paymentId, order_id: orderId, status });
  if (signature) ours.set('signature', signature);
  // Behind the shop's own query, whose spelling and names `searchParams` would not keep.
  url.search += `${url.search && '&'}${ours}`;
  location.assign(url);
}
