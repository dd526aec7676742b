/** ISO 4217 as the API has it (`gateway/money.py`). Not from Intl: CLDR gives 17 currencies fewer digits. */

const TWO =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY ' +
  'COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF ' +
  'IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR ' +
  'MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG ' +
  'SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES ' +
  'WST XCD XCG YER ZAR ZMW ZWG';
const ZERO = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF';
const THREE = 'BHD IQD JOD KWD LYD OMR TND';

const DIGITS: Record<string, number> = Object.fromEntries(
  [TWO, ZERO, THREE].flatMap((codes, index) =>
    codes.split(' ').map((code) => [code, [2, 0, 3][index] as number]),
  ),
);

/** Every code that an order can have. */
export const CURRENCIES = Object.keys(DIGITS).sort();

/** How many digits stand after the point. */
export function digitsOf(currency: string): number {
  return DIGITS[currency] ?? 2;
}
