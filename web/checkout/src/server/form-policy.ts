import type { ProcessorForm } from '../types.js';

/** Where one processor's script and form come from, by directive of a Content-Security-Policy. */
export interface FormPolicy {
  /** Origin of the script, by which the vendor's own is told from a stand-in. */
  script: string[];
  frame: string[];
  /** Schemes of the apps that a link in its frame opens: the browser takes that for a navigation of the frame. */
  apps: string[];
  connect: string[];
  image: string[];
  /** What its script posts a form to, where it takes the whole page. */
  form: string[];
  /** Whether its script writes styles into the page. */
  styles: boolean;
}

/** UPI, the schemes that its apps have of their own, and Android's for any app. No document comes from one. */
const UPI_APPS = ['upi:', 'gpay:', 'tez:', 'phonepe:', 'paytmmp:', 'bhim:', 'credpay:', 'intent:'];

const CASHFREE = ['sdk', 'api', 'sandbox', 'payments', 'payments-test'].map(
  (host) => `https://${host}.cashfree.com`,
);

/**
 * As the vendors say it: Stripe in its integration security guide (docs.stripe.com/security/guide, "Content Security
 * Policy"), Razorpay in the policy of its own extension for Magento (razorpay/razorpay-magento,
 * etc/csp_whitelist.xml), Cashfree in the README of its loader (@cashfreepayments/cashfree-js), which names scripts,
 * frames and calls; of images and posts its hosts are taken. Razorpay's script puts a `<style>` beside its frame, and
 * posts to its API where no window can be opened.
 */
const VENDORS: Record<string, FormPolicy> = {
  stripe: {
    script: ['https://js.stripe.com', 'https://*.js.stripe.com'],
    frame: ['https://js.stripe.com', 'https://*.js.stripe.com', 'https://hooks.stripe.com'],
    // On a phone it leaves the page for its own, which has the links.
    apps: [],
    connect: ['https://api.stripe.com'],
    image: ['https://*.stripe.com'],
    form: [],
    styles: false,
  },
  cashfree: {
    script: ['https://sdk.cashfree.com'],
    frame: CASHFREE,
    apps: UPI_APPS,
    connect: CASHFREE,
    image: CASHFREE,
    // The session is posted into its frame.
    form: CASHFREE,
    styles: true,
  },
  razorpay: {
    script: ['https://checkout.razorpay.com', 'https://cdn.razorpay.com'],
    frame: ['https://api.razorpay.com'],
    apps: UPI_APPS,
    connect: ['https://lumberjack.razorpay.com', 'https://lumberjack-metrics.razorpay.com'],
    image: ['https://cdn.razorpay.com'],
    form: ['https://api.razorpay.com'],
    styles: true,
  },
};

/**
 * The origins of this form, and no others. A script from elsewhere (an operator's setting: a fake, a proxy) has its
 * frames and calls there, too. Undefined for a processor whose form this page cannot show.
 */
export function policyOf({ processor, script_url }: ProcessorForm): FormPolicy | undefined {
  const vendor = VENDORS[processor];
  const { origin, protocol } = new URL(script_url);
  if (!vendor || !/^https?:$/.test(protocol)) return;
  if (vendor.script.includes(origin)) return vendor;
  const there = [origin];
  return { ...vendor, script: there, frame: there, connect: there, image: there, form: there };
}
