/** Every event there is, in the order of a payment's life. */
export const EVENT_TYPES = [
  'payment.created',
  'payment.pending',
  'payment.requires_action',
  'payment.success',
  'payment.captured',
  'payment.capture_failed',
  'payment.failed',
  'payment.cancelled',
  'payment.void_failed',
  'refund.created',
  'refund.processed',
  'refund.failed',
  'order.paid',
  'webhook.test',
  'endpoint.disabled',
];
