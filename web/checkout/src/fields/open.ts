import { openCashfree } from './cashfree.js';
import type { OpenTheirForm } from './model.js';
import { openRazorpay } from './razorpay.js';
import { openStripe } from './stripe.js';

export interface TheirForm {
  /** As shoppers know it. */
  title: string;
  open: OpenTheirForm;
  /** Whether it lies over the page. Else it is part of it. */
  overlay: boolean;
}

/** Every processor whose form this page can show; `server/form-policy.ts` has the origins that each needs. */
export const THEIR_FORMS: Record<string, TheirForm> = {
  stripe: { title: 'Stripe', open: openStripe, overlay: false },
  cashfree: { title: 'Cashfree', open: openCashfree, overlay: true },
  razorpay: { title: 'Razorpay', open: openRazorpay, overlay: true },
};
