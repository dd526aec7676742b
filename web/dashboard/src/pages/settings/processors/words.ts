/** Accounts and rules in words. */

import { formatAmount } from '../../../lib/money';
import type { Account, DraftRule, Offered, Rule } from './queries';

/** `publishable_key` as a label: `Publishable key`. */
export function fieldLabel(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What people call an account: its label, else the processor and its key. */
export function accountName(account: Account, offered: Offered[]): string {
  const title = titleOf(account.processor, offered);
  return account.label ? `${account.label} (${title})` : `${title} ${account.public_key}`;
}

export const titleOf = (processor: string, offered: Offered[]): string =>
  offered.find((one) => one.name === processor)?.title ?? processor;

/** The state that is shown: a stop of new payments comes before everything else. */
export function stateOf(account: Account): string {
  if (account.stops.some((stop) => stop.covers === 'payments')) return 'paused';
  return account.status;
}

const METHODS: Record<string, string> = { card: 'Cards', upi: 'UPI' };

/** What a rule fits: `Cards of visa in INR, from ₹100.00 to ₹5,000.00`. */
export function ruleText(rule: Rule | DraftRule): string {
  const what = rule.method ? (METHODS[rule.method] ?? rule.method) : 'Everything';
  const network = rule.network ? ` by ${rule.network}` : '';
  const currency = rule.currency ? ` in ${rule.currency}` : '';
  return `${what}${network}${currency}${boundsText(rule)}`;
}

function boundsText({ amount_from, amount_to, currency }: Rule | DraftRule): string {
  const money = (minor: number) => (currency ? formatAmount(minor, currency) : `${minor} minor units`);
  if (amount_from !== null && amount_to !== null)
    return `, from ${money(amount_from)} to ${money(amount_to)}`;
  if (amount_from !== null) return `, from ${money(amount_from)}`;
  return amount_to !== null ? `, up to ${money(amount_to)}` : '';
}

/** Networks of cards and flows of UPI that a rule may name. */
export const NETWORKS: Record<string, string[]> = {
  card: ['visa', 'mastercard', 'amex', 'rupay'],
  upi: ['collect', 'intent', 'qr'],
};

/** `list` with the item at `index` moved by `step`; the same list where it would leave it. */
export function moved<T>(list: T[], index: number, step: number): T[] {
  const to = index + step;
  const item = list[index];
  if (item === undefined || to < 0 || to >= list.length) return list;
  const rest = list.filter((_, at) => at !== index);
  return [...rest.slice(0, to), item, ...rest.slice(to)];
}
