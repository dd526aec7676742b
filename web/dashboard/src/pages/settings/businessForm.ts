/** The form of the business page and what the API takes, turned into each other. */

import type { CheckoutSettings } from './checkoutSettings';

export interface BusinessForm {
  display_name: string;
  primary_color: string;
  methods: string[];
  allowed_origins: string;
  /** Minutes as text; empty for no limit. */
  minutes: string;
  merchant_category: string;
}

const LEAST_MINUTES = 1;
const MOST_MINUTES = 525_600;

export function toForm(settings: CheckoutSettings): BusinessForm {
  return {
    display_name: settings.display_name ?? '',
    primary_color: settings.primary_color ?? '',
    methods: settings.methods,
    allowed_origins: settings.allowed_origins.join('\n'),
    minutes: settings.order_seconds === null ? '' : String(settings.order_seconds / 60),
    merchant_category: settings.merchant_category,
  };
}

/** What is saved: the whole of the settings, since the API fills in defaults for what is left out. */
export function toBody(form: BusinessForm): Omit<CheckoutSettings, 'signing_secret'> {
  return {
    display_name: form.display_name.trim() || null,
    primary_color: form.primary_color.trim().toLowerCase() || null,
    methods: form.methods,
    allowed_origins: form.allowed_origins.split(/\s+/).filter(Boolean),
    order_seconds: form.minutes.trim() ? Math.round(Number(form.minutes) * 60) : null,
    merchant_category: form.merchant_category.trim(),
  };
}

export const checks = {
  methods: (value: string[]) => (value.length ? null : 'Offer at least one method'),
  minutes: (value: string) => {
    const text = value.trim();
    if (!text) return null;
    // Neither `1e3` nor a decimal comma, which would be read as something else.
    const minutes = /^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
    return minutes >= LEAST_MINUTES && minutes <= MOST_MINUTES
      ? null
      : 'A number of minutes from 1 to 525600 (a year), or nothing';
  },
  merchant_category: (value: string) =>
    /^[0-9]{4}$/.test(value.trim()) ? null : 'Four digits, such as 5999',
};
