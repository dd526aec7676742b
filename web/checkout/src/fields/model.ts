import type { Method, PayWith } from '../types.js';

/** What a processor's form says. Each is a hint: what became of the payment our API says, and nobody else. */
export type FormEvent =
  /** It can be used, or used again: nothing of it is on its way. */
  | { type: 'open' }
  /** The shopper has sent it. */
  | { type: 'busy' }
  /** It is through. */
  | { type: 'done' }
  /** No answer: perhaps it is through. */
  | { type: 'lost' }
  /** The bank said no; in the same form another card may be tried. `message` is the processor's, for the shopper. */
  | { type: 'declined'; code?: string | undefined; message?: string | undefined; open: boolean }
  /** The shopper has typed. */
  | { type: 'changed' }
  | { type: 'escape' }
  | { type: 'failed' };

/** What a form is opened with. */
export interface FormHost {
  payWith: PayWith;
  /** Where a form that is part of the page goes. */
  container: HTMLElement;
  /** Where the processor leads a shopper back to whom it had to lead away; asked as late as can be, as the shop may say it late. */
  returnUrl(): string;
  method: Method;
  amount: number;
  currency: string;
  merchant: string;
  locale: string;
  /** Brand colour `#rrggbb`, radius with its unit, and whether the page is dark. */
  look: { color: string; radius: string; dark: boolean };
  tell(event: FormEvent): void;
}

/** A form that has been loaded. */
export interface OpenForm {
  /** Sends it, or brings it up where it lies over the page. Tells what comes of it. */
  submit(): void;
  /** Takes it off the page. */
  close(): void;
}

/** Raises whatever the script does: then the form has failed. */
export type OpenTheirForm = (host: FormHost) => Promise<OpenForm>;
