import { formatAmount } from '../../lib/money';

/** Details of a line, without braces; an amount as money. */
export function detailText(details: Record<string, unknown>): string {
  const { user_agent, amount, currency, ...others } = details;
  const texts = Object.entries(others).map(
    ([name, value]) =>
      `${name.replaceAll('_', ' ')}: ${Array.isArray(value) ? value.join(', ') : String(value)}`,
  );
  return [...moneyText(amount, currency), ...texts].join(' · ');
}

/** Lines of earlier versions have no currency: their amount is called what it is. */
function moneyText(amount: unknown, currency: unknown): string[] {
  if (typeof amount !== 'number') return [];
  return [typeof currency === 'string' ? formatAmount(amount, currency) : `amount: ${amount} in minor units`];
}
