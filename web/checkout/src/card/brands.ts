/** Card brands by their first digits. The same prefixes as the API's (docs/api.md), most specific first. */

export type BrandId = 'visa' | 'mastercard' | 'amex' | 'rupay' | 'unknown';

export interface Brand {
  id: BrandId;
  name: string;
  /** Digits of a whole number. */
  lengths: number[];
  /** Where spaces go: counts of digits per group. */
  groups: number[];
  cvc: number;
}

const FOURS = [4, 4, 4, 4, 3];

const BRANDS: [RegExp, Brand][] = [
  [/^4/, { id: 'visa', name: 'Visa', lengths: [13, 16, 19], groups: FOURS, cvc: 3 }],
  [
    /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/,
    { id: 'mastercard', name: 'Mastercard', lengths: [16], groups: FOURS, cvc: 3 },
  ],
  [/^3[47]/, { id: 'amex', name: 'American Express', lengths: [15], groups: [4, 6, 5], cvc: 4 }],
  // RuPay's own have 16 digits; the ranges that it shares with Discover and UnionPay go up to 19.
  [/^(6[05]|8[12]|508)/, { id: 'rupay', name: 'RuPay', lengths: [16, 17, 18, 19], groups: FOURS, cvc: 3 }],
];

const UNKNOWN: Brand = {
  id: 'unknown',
  name: '',
  lengths: [13, 14, 15, 16, 17, 18, 19],
  groups: FOURS,
  cvc: 3,
};

/** The name that a shopper knows for what the API calls `card_network`. */
export const networkName = (id: string | null | undefined): string =>
  BRANDS.find(([, brand]) => brand.id === id)?.[1].name ?? '';

export const brandOf = (digits: string): Brand =>
  BRANDS.find(([prefix]) => prefix.test(digits))?.[1] ?? UNKNOWN;
