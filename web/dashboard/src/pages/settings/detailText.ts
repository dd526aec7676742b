import { formatAmount } from '../../lib/money';

/** Details of a line, without braces; an amount as money. */
export function detailText(details: Record<string, unknown>): string {
  const { user_agent, amount, currency, ...others } = details;
  const texts = Object.entries(others).map(([name, value]) => `${wordsOf(name)}: ${valueText(value)}`);
  return [...moneyText(amount, currency), ...texts].join(' · ');
}

const wordsOf = (name: string): string => name.replaceAll('_', ' ');

/** Of lists of objects, such as the rules of routes, each with what it has, numbered. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) {
    if (!value.length) return 'none';
    const isPlain = value.every((one) => typeof one !== 'object' || one === null);
    if (isPlain) return value.join(', ');
    return value.map((one, at) => `${at + 1}. ${valueText(one)}`).join('; ');
  }
  if (typeof value !== 'object' || value === null) return value === null ? 'none' : String(value);
  const held = Object.entries(value).filter(([, inner]) => inner !== null);
  return held.map(([name, inner]) => `${wordsOf(name)} ${valueText(inner)}`).join(', ');
}

/** Lines of earlier versions have no currency: their amount is called what it is. */
function moneyText(amount: unknown, currency: unknown): string[] {
  if (typeof amount !== 'number') return [];
  return [typeof currency === 'string' ? formatAmount(amount, currency) : `amount: ${amount} in minor units`];
}
