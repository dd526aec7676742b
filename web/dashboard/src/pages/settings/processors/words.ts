/** Accounts and rules in words. */

import { formatAmount } from '../../../lib/money';
import type { Account, DraftRule, Offered, Rule } from './queries';

/** `publishable_key` as a label: `Publishable key`. */
export function fieldLabel(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the API says of a field, with the name that the field has on the page: `Secret key is of live mode …`. */
export const inWords = (message: string): string =>
  message.replace(/^(?:[a-z_]+\.)?([a-z]+(?:_[a-z]+)+)(?= )/, (_, name: string) => fieldLabel(name));

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

/** Ways to pay that rules know, in words. */
export const METHODS: Record<string, string> = {
  card: 'Cards',
  upi: 'UPI',
  netbanking: 'Net banking',
  wallet: 'Wallets',
};

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

/** `list` with the item at `from` put at `to`. */
export function movedTo<T>(list: T[], from: number, to: number): T[] {
  const rest = list.filter((_, at) => at !== from);
  return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)];
}
