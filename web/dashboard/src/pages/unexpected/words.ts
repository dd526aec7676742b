/** Money that nobody expected, in words. */

import type { UnexpectedMoney } from '../../api/types';

/** In a few words, for lists. */
export const REASONS: Record<string, string> = { late: 'came late', twice: 'came twice' };
const LONG: Record<string, string> = {
  late: 'came after its payment was over',
  twice: 'came a second time, after its payment was paid',
};

export const reasonText = ({ reason }: UnexpectedMoney): string => REASONS[reason] ?? reason;
export const longReason = ({ reason }: UnexpectedMoney): string => LONG[reason] ?? reason;

/** What is to be done: the API's advice where a person is asked, else that there is nothing. */
export function doText(money: UnexpectedMoney): string {
  if (money.advice) return money.advice;
  return money.status === 'returned'
    ? 'Nothing is to be done: the shopper has it back.'
    : 'It is paid back by itself. Nothing is to be done.';
}

/** Whether a person's word sends it back: not what the processor took back once, it would be sent twice. */
export const canPayBack = ({ status, taken_back_at }: UnexpectedMoney): boolean =>
  taken_back_at === null && (status === 'kept' || status === 'review');
