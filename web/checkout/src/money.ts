/** ISO 4217, as gateway/money.py. Not from Intl: CLDR gives 17 currencies fewer digits (HUF, IDR, IQD …). */
const ZERO = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF';
const THREE = 'BHD IQD JOD KWD LYD OMR TND';

/** How many digits stand after the point. */
export const digitsOf = (currency: string): number =>
  ZERO.includes(currency) ? 0 : THREE.includes(currency) ? 3 : 2;

/** Minor units as a price in the shopper's language. */
export function formatMoney(amount: number, currency: string, locale: string): string {
  const digits = digitsOf(currency);
  try {
    const format = new Intl.NumberFormat(locale === 'en' ? 'en-IN' : locale, {
      style: 'currency',
      currency,
      // `¥` is the yen wherever it is not the yuan, which Intl writes as CN¥.
      currencyDisplay: currency === 'JPY' ? 'narrowSymbol' : 'symbol',
      numberingSystem: 'latn',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    return format.format(amount / 10 ** digits);
  } catch {
    return `${currency} ${amount}`;
  }
}
