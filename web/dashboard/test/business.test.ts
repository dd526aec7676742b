import { describe, expect, it } from 'vitest';
import { checks, toBody, toForm } from '../src/pages/settings/businessForm';
import type { CheckoutSettings } from '../src/pages/settings/checkoutSettings';

const SETTINGS: CheckoutSettings = {
  display_name: 'Chai & Co',
  primary_color: '#7a1fa2',
  methods: ['upi'],
  allowed_origins: ['https://shop.example', 'https://www.shop.example'],
  order_seconds: 1800,
  merchant_category: '5814',
  signing_secret: null,
};

describe('the form of the business page', () => {
  it.each([
    SETTINGS,
    { ...SETTINGS, order_seconds: null, display_name: null, primary_color: null },
    { ...SETTINGS, order_seconds: 90, allowed_origins: [] },
    { ...SETTINGS, order_seconds: 31_536_000 },
    { ...SETTINGS, order_seconds: 100 },
  ])('saves %j as it was read', (settings) => {
    const { signing_secret, ...saved } = settings;
    expect(toBody(toForm(settings))).toEqual(saved);
    expect(checks.minutes(toForm(settings).minutes)).toBeNull();
  });
  it.each(['', ' ', '1', '15', '1.5', '525600'])('takes "%s" minutes', (text) => {
    expect(checks.minutes(text)).toBeNull();
  });
  it.each(['0', '0.5', '525601', '-5', '1,5', '1e3', 'an hour', '１５'])('refuses "%s" minutes', (text) => {
    expect(checks.minutes(text)).not.toBeNull();
  });
  it.each(['5999', ' 5814 '])('takes the category "%s"', (text) => {
    expect(checks.merchant_category(text)).toBeNull();
  });
  it.each(['', '59', '59999', 'food', '५९९९'])('refuses the category "%s"', (text) => {
    expect(checks.merchant_category(text)).not.toBeNull();
  });
});
