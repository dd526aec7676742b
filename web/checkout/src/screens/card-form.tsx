import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { brandOf } from '../card/brands.js';
import { digitsOf } from '../card/digits.js';
import { readExpiry } from '../card/format.js';
import { tidy } from '../card/typing.js';
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

/**
 * The fields hold what was typed; nothing is drawn into them again. Autofill, password managers and extensions
 * write several of them at once, at times without an event, so what counts is read from the form itself.
 */
export function CardForm() {
  const checkout = useCheckout();
  const { busy, fieldError, prefillName, declines } = useCheckoutState();
  const { t } = useText();
  const [first] = useState<CardFields>(checkout.card);
  const [number, setNumber] = useState(first.number);
  const [errors, setErrors] = useState<CardErrors>({});
  const form = useRef<HTMLFormElement>(null);
  const pressing = useRef(false);
  const brand = brandOf(digitsOf(number));

  const field = (name: CardField) => form.current?.elements.namedItem(name) as HTMLInputElement;

  function read(): CardFields {
    const [number = '', expiry = '', cvc = '', name = ''] = ORDER.map((one) => field(one).value);
    checkout.card = { number, expiry, cvc, name };
    setNumber(number);
    return checkout.card;
  }

  function fill(values: Partial<CardFields>) {
    for (const [name, value] of Object.entries(values)) field(name as CardField).value = value;
    read();
  }

  const check = (name: CardField) => checkField(name, read(), new Date(checkout.now()));

  useLayoutEffect(() => {
    // Typed or filled in before the script ran.
    read();
    return () => {
      // Another method is looked at. A form that has been sent was read then, and may be over.
      if (checkout.state.view === 'form') read();
    };
  }, []);
  useEffect(() => {
    if (prefillName && !field('name').value) fill({ name: prefillName });
  }, [prefillName]);
  // A decline empties the security code.
  useEffect(() => fill({ cvc: checkout.card.cvc }), [declines]);
  useEffect(() => {
    const known = fieldError && API_FIELDS[fieldError.field];
    if (known) show({ [known[0]]: known[1] });
  }, [fieldError]);

  function show(found: CardErrors) {
    setErrors(found);
    const wrong = ORDER.find((name) => found[name]);
    if (wrong) field(wrong).focus();
  }

  const change = (input: HTMLInputElement, deleting = false, composing = false) => {
    // An input method rewrites its text until it is done: a hand in between doubles or loses digits.
    if (!composing) tidy(input, deleting);
    const name = input.name as CardField;
    const error = check(name);
    setErrors((now) => (now[name] ? { ...now, [name]: error } : now));
    checkout.set({ dirty: true });
  };

  const blur = (name: CardField) => {
    tidy(field(name));
    // An error that appears between press and release would move the button away under the finger.
    if (!field(name).value || pressing.current) return;
    const error = check(name);
    setErrors((now) => ({ ...now, [name]: error }));
  };

  const submit = (event: Event) => {
    event.preventDefault();
    for (const name of ORDER) tidy(field(name));
    const card = read();
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

  const shared = (name: CardField) => ({
    name,
    initial: first[name],
    error: errors[name] && t(errors[name] as MessageKey),
    onBlur: () => blur(name),
    onInput: ({ currentTarget, inputType, isComposing }: InputEvent & { currentTarget: HTMLInputElement }) =>
      change(currentTarget, inputType?.startsWith('delete'), isComposing),
    onCompositionEnd: ({ currentTarget }: { currentTarget: HTMLInputElement }) => change(currentTarget),
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
          />
          <Field
            {...shared('cvc')}
            label={t('cvc')}
            testId="cvv-input"
            autocomplete="cc-csc"
            inputMode="numeric"
            placeholder={brand.cvc === 4 ? '1234' : '123'}
            hint={brand.cvc === 4 ? t('cvc_hint4') : t('cvc_hint')}
          />
        </div>
        <Field {...shared('name')} label={t('name')} testId="cardholder-name-input" autocomplete="cc-name" />
        <PayButton />
      </fieldset>
      <TestCards fill={fill} />
    </form>
  );
}
