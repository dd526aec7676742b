/** What `GET /checkout/settings` answers. */
export interface CheckoutSettings {
  display_name: string | null;
  primary_color: string | null;
  methods: string[];
  allowed_origins: string[];
  order_seconds: number | null;
  merchant_category: string;
  /** Null for who may not see it. */
  signing_secret: string | null;
}
