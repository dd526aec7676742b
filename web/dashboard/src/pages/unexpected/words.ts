/** Money that nobody expected, in words. */

import type { UnexpectedMoney } from '../../api/types';

export const REASONS: Record<string, string> = {
  late: 'came after its payment was over',
  twice: 'came a second time',
};

export const reasonText = (money: UnexpectedMoney): string => REASONS[money.reason] ?? money.reason;

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
