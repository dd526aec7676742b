import { brandOf } from './brands.js';
import { digitsOf } from './digits.js';
import { readExpiry } from './format.js';

export interface CardFields {
  number: string;
  expiry: string;
  cvc: string;
  name: string;
}

export const NO_CARD: CardFields = { number: '', expiry: '', cvc: '', name: '' };

export type CardField = keyof CardFields;
/** A key of the messages, per field that is wrong. */
export type CardErrors = Partial<Record<CardField, string>>;

/** The check digit of ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let value = Number(digits[digits.length - 1 - i]) * (1 + (i % 2));
    if (value > 9) value -= 9;
    sum += value;
  }
  return digits.length > 0 && sum % 10 === 0;
}

export function checkField(field: CardField, card: CardFields, now: Date): string | undefined {
  if (field === 'number') {
    const digits = digitsOf(card.number);
    if (!digits) return 'number_required';
    const { lengths } = brandOf(digits);
    if (digits.length < Math.max(...lengths) && !lengths.includes(digits.length)) return 'number_incomplete';
    return lengths.includes(digits.length) && passesLuhn(digits) ? undefined : 'number_invalid';
  }
  if (field === 'expiry') {
    if (!card.expiry.trim()) return 'expiry_required';
    const expiry = readExpiry(card.expiry);
    if (!expiry) return 'expiry_invalid';
    const past = expiry.year * 12 + expiry.month < now.getFullYear() * 12 + now.getMonth() + 1;
    return past ? 'expiry_past' : undefined;
  }
  if (field === 'cvc') {
    const digits = digitsOf(card.cvc);
    if (!digits) return 'cvc_required';
    const brand = brandOf(digitsOf(card.number));
    const right = brand.id === 'unknown' ? /^\d{3,4}$/.test(digits) : digits.length === brand.cvc;
    return right ? undefined : 'cvc_invalid';
  }
  return card.name.trim() ? undefined : 'name_required';
}

export function checkCard(card: CardFields, now: Date): CardErrors {
  const errors: CardErrors = {};
  for (const field of ['number', 'expiry', 'cvc', 'name'] as const) {
    const error = checkField(field, card, now);
    if (error) errors[field] = error;
  }
  return errors;
}
