/** What the API says (functions/api/checkout/) and what the server gives the page to start with. */

export type Method = 'card' | 'upi' | 'netbanking' | 'wallet';
export type PaymentStatus = 'pending' | 'requires_action' | 'success' | 'failed' | 'cancelled';

export interface Payment {
  id: string;
  order_id: string;
  amount: number;
  currency: string;
  method: Method;
  status: PaymentStatus;
  captured: boolean;
  card_network?: string | null;
  card_last4?: string | null;
  error_code: string | null;
  error_description: string | null;
  /** The code of the bank or the wallet, where it is known. */
  bank?: string;
  wallet?: string;
  next_action: { type: 'challenge' | 'upi_approval' | 'bank_page' } | null;
  created_at: string;
  /** UPI: asked from the shopper's own address, or paid by whoever scans or opens the link. */
  flow?: 'collect' | 'qr';
  /** While a UPI code is shown: which one, since when, and how many more there may be. */
  code?: { number: number; issued_at: string; left: number };
  signature?: string;
}

export interface Session {
  order: {
    id: string;
    amount: number;
    currency: string;
    status: 'created' | 'attempted' | 'paid';
    expires_at: string | null;
    extensions_left: number;
  };
  merchant: { name: string; primary_color: string | null };
  mode: 'test' | 'live';
  methods: Method[];
  origin_allowed: boolean | null;
  attempts: number;
  attempts_left: number;
  /** What decides payments of this mode; null: nothing does, and none can be made. */
  processor: 'simulator' | null;
  /** The payee of the simulated bank's codes and links. */
  upi: { vpa: string; name: string; merchant_category: string } | null;
  server_time: string;
  payment: Payment | null;
  watch: 'sse' | 'poll';
  /** Seconds a shopper has for a challenge or an approval. */
  action_seconds: number;
}

/** Why the page cannot take a payment; the codes of the SDK's errors. */
export type Problem =
  | 'key_invalid'
  | 'order_not_found'
  | 'order_paid'
  | 'order_expired'
  | 'no_method'
  | 'origin_not_allowed'
  | 'processor_required'
  | 'too_many_attempts'
  | 'internal_error';

export interface Boot {
  apiUrl: string;
  locale: string;
  dir: 'ltr' | 'rtl';
  messages: Record<string, string>;
  /** Missing only with a problem, and where the page is deployed without its server. */
  session?: Session;
  problem?: Problem;
  /** What problems mean to whoever built the shop's page, where it is theirs to mend. Shoppers read `problem.…`. */
  details?: Partial<Record<Problem, string>>;
  /** The page that frames this one: all that may be spoken to. */
  frame?: { origin: string; nonce: string };
  /** The dashboard that this is a preview for: it alone says how the page looks. */
  previewFor?: string;
  /** Where a full page returns to; only an allowed origin gets here. */
  returnTo?: string;
  methods?: Method[];
  method?: Method;
  mobile: boolean;
}

/** What the shop's page says when it opens the checkout or changes its mind: the SDK's options, as far as they count here. */
export interface ShopConfig {
  mode?: string;
  theme?: Record<string, unknown>;
  methods?: Method[];
  prefill?: { name?: string; method?: Method };
  modal?: { confirmClose?: boolean; closeOnEscape?: boolean };
  retry?: { enabled?: boolean; maxAttempts?: number };
}
