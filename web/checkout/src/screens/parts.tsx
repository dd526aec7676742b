import type { ComponentChildren } from 'preact';
import type { Brand } from '../card/brands.js';
import { useCheckoutState, useText } from '../context.js';
import { BrandMark, Lock } from '../icons.js';

interface FieldProps {
  name: string;
  label: string;
  /** What the field begins with; from then on it is the shopper's. */
  initial: string;
  testId: string;
  error?: string | undefined;
  hint?: string;
  autocomplete?: string;
  inputMode?: 'numeric' | 'email';
  placeholder?: string;
  /** Where the focus goes when a declined shopper tries again. */
  retryFocus?: boolean;
  after?: ComponentChildren;
  onBlur?(): void;
  onInput(event: InputEvent & { currentTarget: HTMLInputElement }): void;
  onCompositionEnd?(event: { currentTarget: HTMLInputElement }): void;
}

/** A labelled input whose hint and error are tied to it. */
export function Field(props: FieldProps) {
  const { name, label, initial, testId, error, hint, after, retryFocus, ...input } = props;
  const described = [error && `${name}-error`, hint && `${name}-hint`].filter(Boolean).join(' ');
  return (
    <div class="field" data-invalid={error ? '' : undefined}>
      <label for={`field-${name}`}>{label}</label>
      <div class="box">
        <input
          {...(input as object)}
          id={`field-${name}`}
          name={name}
          type="text"
          defaultValue={initial}
          data-test-id={testId}
          data-retry-focus={retryFocus}
          dir={input.inputMode ? 'ltr' : 'auto'}
          autocapitalize="off"
          autocorrect="off"
          spellcheck={false}
          aria-required="true"
          aria-invalid={error ? 'true' : undefined}
          aria-describedby={described || undefined}
        />
        {after}
      </div>
      {hint ? (
        <span class="hidden" id={`${name}-hint`}>
          {hint}
        </span>
      ) : null}
      {error ? (
        <p class="error" id={`${name}-error`}>
          {error}
        </p>
      ) : null}
    </div>
  );
}

const ACCEPTED = ['visa', 'mastercard', 'rupay', 'amex'] as const;

/** The brand of the number, or those that are taken while it is not known. Its name is said, not only shown. */
export function CardNumberMarks({ brand }: { brand: Brand }) {
  return (
    <span class="marks">
      {brand.id === 'unknown' ? (
        ACCEPTED.map((id) => <BrandMark key={id} id={id} />)
      ) : (
        <BrandMark id={brand.id} />
      )}
      <span class="hidden" role="status" data-test-id="card-brand">
        {brand.name}
      </span>
    </span>
  );
}

/** The one primary button; it says the amount. */
export function PayButton(props: { label?: 'pay' | 'continue'; disabled?: boolean; working?: boolean }) {
  const { label = 'pay', disabled, working } = props;
  const { busy, online } = useCheckoutState();
  const { t, amount } = useText();
  return (
    <button type="submit" class="primary" data-test-id="pay-button" disabled={disabled || busy || !online}>
      {busy || working ? <Spinner /> : <Lock />} {t(label, { amount })}
    </button>
  );
}

export const Spinner = () => <span class="spinner" aria-hidden="true" />;

/** Shown while a payment is tried out: test mode's own drawer of tools. */
export function TestPanel({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="test-panel" aria-label={title}>
      <p class="test-title">{title}</p>
      {children}
    </section>
  );
}

export function copy(text: string): void {
  void navigator.clipboard?.writeText(text).catch(() => {});
}
