import type { Translate } from '../context.js';

/** What the page wants to be chosen from. */
export interface Wish {
  method: 'netbanking' | 'wallet';
  codes: string[];
  /** What is chosen already. */
  chosen: string | undefined;
  t: Translate;
  choose(code: string | undefined): void;
}

/** The part of the page that knows banks and wallets: loaded once one of them may be wanted. */
export interface Instruments {
  /** Returns what takes it away again. */
  mount(root: HTMLElement, wish: Wish): () => void;
  /** The name of a bank or a wallet; of an unknown one its code. */
  nameOf(code: string): string;
}
