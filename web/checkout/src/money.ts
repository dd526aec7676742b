/** Minor units as a price in the shopper's language; digits of the currency come from ISO 4217 (Intl). */
export function formatMoney(amount: number, currency: string, locale: string): string {
  try {
    const format = new Intl.NumberFormat(locale === 'en' ? 'en-IN' : locale, {
      style: 'currency',
      currency,
      // `¥` is the yen wherever it is not the yuan, which Intl writes as CN¥.
      currencyDisplay: currency === 'JPY' ? 'narrowSymbol' : 'symbol',
      numberingSystem: 'latn',
    });
    const { maximumFractionDigits = 2 } = format.resolvedOptions();
    return format.format(amount / 10 ** maximumFractionDigits);
  } catch {
    return `${currency} ${amount}`;
  }
}

/** A decimal with the currency's digits, made from the integer alone: floats never touch money. */
export function decimal(amount: number, digits = 2): string {
  const text = String(amount).padStart(digits + 1, '0');
  return digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
}
