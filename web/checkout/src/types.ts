/** What the API says (functions/api/checkout/) and what the server gives the page to start with. */

export type Method = 'card' | 'upi' | 'netbanking' | 'wallet';
export type NextAction = 'challenge' | 'upi_approval' | 'upi_qr' | 'upi_intent' | 'bank_page' | 'fields';
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
  /** `fields`: it waits in the form of the processor that takes it. */
  next_action: { type: NextAction; uri?: string } | null;
  created_at: string;
  /** UPI: asked from the shopper's own address, or paid by whoever scans or opens the link. */
  flow?: 'collect' | 'qr' | 'intent';
  /** While a UPI code is shown: which one, since when, and how many more there may be. */
  code?: { number: number; issued_at: string; left: number };
  signature?: string;
}

/** The processor's form that a payment waits in. */
export interface ProcessorForm {
  payment_id: string;
  processor: string;
  script_url: string;
}

/** What opens it: said to this page in a browser alone. */
export interface PayWith extends ProcessorForm {
  public_key: string;
  session: Record<string, string>;
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
  /** Who asks the shopper, by method: this page, or the form of the processor that takes the payment. */
  forms?: Partial<Record<Method, 'own' | 'processor'>>;
  /** The banks and wallets that this page asks for: their codes. */
  instruments?: Partial<Record<Method, string[]>>;
  origin_allowed: boolean | null;
  attempts: number;
  attempts_left: number;
  /** Who takes payments of this order; null: nobody does, and none can be made. */
  processor: string | null;
  /** Where its payment, or else the order, wants the shopper led afterwards. */
  return_url?: string | null;
  server_time: string;
  payment: Payment | null;
  /** Set while `payment` waits in a processor's form: then the page is served for that form. */
  form?: ProcessorForm | null;
  pay_with?: PayWith | null;
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
  /** The shopper comes back from the processor; what else the address says is not read. */
  returned?: boolean;
  /** The browser's part of a page that is served for a processor's form. */
  fields?: string;
  methods?: Method[];
  method?: Method;
  /** Where the part is that knows banks and wallets. */
  instruments?: string;
  mobile: boolean;
}

/** What the shop's page says when it opens the checkout or changes its mind: the SDK's options, as far as they count here. */
export interface ShopConfig {
  mode?: string;
  callbackUrl?: string;
  theme?: Record<string, unknown>;
  methods?: Method[];
  prefill?: { name?: string; method?: Method };
  modal?: { confirmClose?: boolean; closeOnEscape?: boolean };
  retry?: { enabled?: boolean; maxAttempts?: number };
}
