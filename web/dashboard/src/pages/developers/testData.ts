/** The test numbers, UPI ids, banks and wallets that the simulated bank knows, as `make test-data` wrote them from its own table. */

import data from '../../generated/test-data.json';

export interface Outcome {
  /** As one types it: numbers in groups of four. */
  value: string;
  label: string;
  result: 'success' | 'failed' | 'requires_action';
}

export const CARDS = data.cards as Outcome[];
export const VPAS = data.vpas as Outcome[];
export const BANKS = data.banks as Outcome[];
export const WALLETS = data.wallets as Outcome[];
