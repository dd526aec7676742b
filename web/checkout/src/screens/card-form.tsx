import { useEffect, useRef, useState } from 'preact/hooks';
import { brandOf } from '../card/brands.js';
import { caretAfter, digitsOf, formatExpiry, formatNumber, readExpiry } from '../card/format.js';
import { type CardErrors, type CardField, type CardFields, checkCard, checkField } from '../card/validate.js';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import type { MessageKey } from '../locales/en.js';
import { CardNumberMarks, Field, PayButton } from './parts.js';
import { TestCards } from './test-cards.js';

const ORDER: CardField[] = ['number', 'expiry', 'cvc', 'name'];

/** What the API calls a field, and the error that our own check would have shown. */
const API_FIELDS: Record<string, [CardField, string]> = {
  number: ['number', 'number_invalid'],
  expiry_month: ['expiry', 'expiry_invalid'],
  expiry_year: ['expiry', 'expiry_past'],
  cvv: ['cvc', 'cvc_invalid'],
  holder_name: ['name', 'name_required'],
};

export function CardForm() {
  const checkout = useCheckout();
  const { busy, fieldError, prefillName } = useCheckoutState();
  const { t } = useText();
  const [card, setFields] = useState<CardFields>(checkout.card);
  const setCard = (next: CardFields) => {
    checkout.card = next;
    setFields(next);
  };
  const [errors, setErrors] = useState<CardErrors>({});
  const form = useRef<HTMLFormElement>(null);
  const pressing = useRef(false);
  const brand = brandOf(digitsOf(card.number));

  useEffect(() => {
    if (prefillName && !checkout.card.name) setCard({ ...checkout.card, name: prefillName });
  }, [prefillName]);
  useEffect(() => {
    const known = fieldError && API_FIELDS[fieldError.field];
    if (known) show({ [known[0]]: known[1] });
  }, [fieldError]);

  function show(found: CardErrors) {
    setErrors(found);
    const first = ORDER.find((field) => found[field]);
    if (first) form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
  }

  const change = (field: CardField, value: string) => {
    const next = { ...card, [field]: value };
    setCard(next);
    checkout.set({ dirty: true });
    if (errors[field]) setErrors({ ...errors, [field]: checkField(field, next, new Date(checkout.now())) });
  };

  const blur = (field: CardField) => {
    // An error that appears between press and release would move the button away under the finger.
    if (!card[field] || pressing.current) return;
    setErrors({ ...errors, [field]: checkField(field, card, new Date(checkout.now())) });
  };

  const submit = (event: Event) => {
    event.preventDefault();
    const found = checkCard(card, new Date(checkout.now()));
    show(found);
    const expiry = readExpiry(card.expiry);
    if (Object.keys(found).length || !expiry) return;
    void checkout.pay({
      method: 'card',
      card: {
        number: digitsOf(card.number),
        expiry_month: expiry.month,
        expiry_year: expiry.year,
        cvv: digitsOf(card.cvc),
        holder_name: card.name.trim(),
      },
    });
  };

  /** Formats while typing and keeps the caret behind the digit it was behind. */
  const type = (field: 'number' | 'expiry', event: InputEvent & { currentTarget: HTMLInputElement }) => {
    const input = event.currentTarget;
    const before = digitsOf(input.value.slice(0, input.selectionStart ?? input.value.length)).length;
    const deleting = event.inputType?.startsWith('delete') === true;
    const text = field === 'number' ? formatNumber(input.value) : formatExpiry(input.value, deleting);
    const atEnd = input.selectionStart === input.value.length;
    input.value = text;
    const caret = atEnd ? text.length : caretAfter(text, before);
    input.setSelectionRange(caret, caret);
    change(field, text);
  };

  const shared = (field: CardField) => ({
    name: field,
    value: card[field],
    error: errors[field] && t(errors[field] as MessageKey),
    onBlur: () => blur(field),
  });

  return (
    <form
      class="form"
      data-test-id="card-form"
      onSubmit={submit}
      onPointerDown={(event) => {
        pressing.current = (event.target as Element).closest('[type=submit]') !== null;
      }}
      onPointerUp={() => {
        pressing.current = false;
      }}
      noValidate
      ref={form}
      aria-busy={busy}
    >
      <fieldset class="fields" disabled={busy}>
        <Field
          {...shared('number')}
          label={t('number')}
          testId="card-number-input"
          autocomplete="cc-number"
          inputMode="numeric"
          placeholder="1234 1234 1234 1234"
          retryFocus
          onInput={(event) => type('number', event)}
          after={<CardNumberMarks brand={brand} />}
        />
        <div class="pair">
          <Field
            {...shared('expiry')}
            label={t('expiry')}
            testId="expiry-input"
            autocomplete="cc-exp"
            inputMode="numeric"
            placeholder={t('expiry_hint')}
            onInput={(event) => type('expiry', event)}
          />
          <Field
            {...shared('cvc')}
            label={t('cvc')}
            testId="cvv-input"
            autocomplete="cc-csc"
            inputMode="numeric"
            maxLength={4}
            placeholder={brand.cvc === 4 ? '1234' : '123'}
            hint={brand.cvc === 4 ? t('cvc_hint4') : t('cvc_hint')}
            onInput={(event) => change('cvc', digitsOf(event.currentTarget.value))}
          />
        </div>
        <Field
          {...shared('name')}
          label={t('name')}
          testId="cardholder-name-input"
          autocomplete="cc-name"
          onInput={(event) => change('name', event.currentTarget.value)}
        />
        <PayButton />
      </fieldset>
      <TestCards fill={setCard} name={card.name} />
    </form>
  );
}
