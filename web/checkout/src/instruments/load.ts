import type { Instruments } from './wish.js';

let loading: Promise<Instruments> | undefined;
let tries = 0;

/** Loads the part that knows banks and wallets, once. Rejects where it cannot be had now; the next call tries again. */
export function loadInstruments(url = ''): Promise<Instruments> {
  // A browser may keep that a module could not be had.
  const address = tries ? `${url}?${tries}` : url;
  loading ??= (import(address) as Promise<{ instruments: Instruments }>).then(
    (module) => module.instruments,
    (error) => {
      tries++;
      loading = undefined;
      throw error;
    },
  );
  return loading;
}
