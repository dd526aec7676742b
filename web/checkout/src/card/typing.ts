import { digitsOf } from './digits.js';
import { caretAfter, formatExpiry, formatNumber } from './format.js';

const FORMATS: Record<string, (text: string, deleting: boolean) => string> = {
  number: formatNumber,
  expiry: formatExpiry,
  cvc: digitsOf,
};

/** Formats what is in a field of the card, and keeps the caret behind the digit it was behind. */
export function tidy(input: HTMLInputElement, deleting = false): void {
  const { value } = input;
  const text = FORMATS[input.name]?.(value, deleting) ?? value;
  if (text === value) return;
  const at = input.selectionStart ?? value.length;
  input.value = text;
  // A selection in a field that autofill has filled would take the focus there in Safari.
  if (document.activeElement !== input) return;
  const caret = at === value.length ? text.length : caretAfter(text, digitsOf(value.slice(0, at)).length);
  input.setSelectionRange(caret, caret);
}
