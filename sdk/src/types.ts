/** Public types of the SDK. Amounts are integers in the currency's minor unit (paise for INR). */

export type Method = 'card' | 'upi' | 'netbanking' | 'wallet';

export interface Theme {
  mode?: 'light' | 'dark' | 'auto';
  /** Brand colour, `#rrggbb`. The page picks a readable text colour for it. */
  primary?: string;
  radius?: 'none' | 'sm' | 'md' | 'lg';
  font?: 'system' | 'serif' | 'mono';
}

export interface Prefill {
  name?: string;
  email?: string;
  contact?: string;
  method?: Method;
}

export interface PaymentGatewayOptions {
  /** Public key id, `key_test_…` or `key_live_…`. A secret here throws. */
  key: string;
  /** The order made by your server. Amount, currency and expiry come from it, never from the page. */
  orderId: string;
  onSuccess?(result: PaymentSuccess): void;
  /** Every declined attempt (`final: false`, the shopper may retry) and the last word (`final: true`). */
  onFailure?(error: PaymentError): void;
  onDismiss?(info: { reason: DismissReason; lastError?: PaymentError | undefined }): void;
  /** Once each time the checkout has gone away, whatever the outcome. */
  onClose?(): void;
  onReady?(): void;
  /** `auto` (default) is a modal that falls back to a redirect where a frame cannot work. */
  mode?: 'auto' | 'modal' | 'inline' | 'redirect';
  /** Element or selector that holds the checkout in `inline` mode. */
  container?: string | HTMLElement;
  /** Where redirect mode returns, on an allowed origin. Default: this page. */
  callbackUrl?: string;
  /** Origin of the checkout. Default: where checkout.js was loaded from. */
  checkoutUrl?: string;
  prefill?: Prefill;
  /** Narrows the methods that the merchant enabled; never widens them. */
  methods?: Method[];
  /** BCP 47 tag, or `auto` (default) for the shopper's own. */
  locale?: 'auto' | (string & {});
  theme?: Theme | undefined;
  modal?: { closeOnEscape?: boolean; closeOnBackdrop?: boolean; confirmClose?: boolean };
  retry?: { enabled?: boolean; maxAttempts?: number };
  /** Milliseconds until a checkout that does not answer is given up. Default 15000. */
  loadTimeoutMs?: number;
  /** Analytics tap: every event, without personal data. */
  onEvent?(event: CheckoutEvent): void;
}

export interface PaymentSuccess {
  paymentId: string;
  orderId: string;
  status: 'success' | 'authorized';
  amount: number;
  currency: string;
  method: Method;
  /**
   * Lower-case hex HMAC-SHA256 of `orderId|paymentId`. A hint until your server has verified it.
   * Absent while the payment is only authorised.
   */
  signature?: string;
}

export type ErrorType = 'integration' | 'declined' | 'cancelled' | 'expired' | 'network' | 'internal';

export type ErrorCode =
  | 'key_invalid'
  | 'config_invalid'
  | 'order_not_found'
  | 'order_paid'
  | 'order_expired'
  | 'origin_not_allowed'
  | 'processor_required'
  | 'load_failed'
  | 'load_timeout'
  | 'frame_blocked'
  | 'protocol_mismatch'
  | 'already_open'
  | 'insecure_context'
  | 'payment_declined'
  | 'no_method'
  | 'too_many_attempts'
  | 'dismissed'
  | 'network_error'
  | 'rate_limited'
  | 'internal_error';

export interface PaymentError {
  type: ErrorType;
  /** Stable; one entry each in docs/checkout.md. */
  code: ErrorCode;
  /**
   * Of type `integration`: what you have to mend, also in the console. The shopper reads other words in the
   * checkout. Of any other type it may be shown to the shopper, in the checkout's language.
   */
  message: string;
  /** The same text as `message`, for callers that read `{ error }`. */
  error: string;
  /** `false`: the checkout is still open and the shopper may try again. */
  final: boolean;
  retryable: boolean;
  declineCode?: string;
  orderId?: string;
  paymentId?: string;
  attempt?: number;
  requestId?: string;
  docsUrl?: string;
}

export type DismissReason = 'close_button' | 'escape' | 'backdrop' | 'back' | 'api' | 'navigation';

export type CheckoutResult =
  | { status: 'success'; payment: PaymentSuccess }
  /** Left while the bank was still working: the outcome comes by webhook. */
  | { status: 'processing'; paymentId: string; orderId: string }
  | { status: 'failed'; error: PaymentError }
  | { status: 'dismissed'; reason: DismissReason; lastError?: PaymentError | undefined };

export interface EventMap {
  ready: undefined;
  open: undefined;
  'method.selected': { method: Method };
  'payment.submitted': { attempt: number; method: Method };
  'payment.processing': { paymentId: string };
  'payment.action_required': {
    kind: 'upi_qr' | 'upi_intent' | 'upi_collect' | '3ds' | 'bank_page' | 'fields';
  };
  'payment.failed': PaymentError;
  'payment.success': PaymentSuccess;
  expiring: { secondsLeft: number };
  expired: undefined;
  fallback: { reason: ErrorCode; message: string };
  dismiss: { reason: DismissReason };
  error: PaymentError;
}

export type CheckoutEvent = { [K in keyof EventMap]: { name: K; data: EventMap[K] } }[keyof EventMap];

export type State = 'idle' | 'loading' | 'open' | 'locked' | 'closed';
