/** The link of the shown code. Another code is another reference of the same payment, as NPCI's `tr` has it. */
export const codeLink = (link: string, number: number): string =>
  number > 1 ? link.replace(/([?&]tr=[^&]*)/, `$1c${number}`) : link;

/** The same link for one app. */
export const linkFor = (link: string, scheme: string): string => link.replace(/^upi:\/\/pay/, scheme);

/** Whom a link pays. */
export const payeeOf = (link: string): string => decodeURIComponent(/[?&]pa=([^&]*)/.exec(link)?.[1] ?? '');

/** Apps a phone may have, each with the scheme that opens it; the last one asks the phone. */
export const UPI_APPS: { id: string; name: string; scheme: string }[] = [
  { id: 'gpay', name: 'Google Pay', scheme: 'gpay://upi/pay' },
  { id: 'phonepe', name: 'PhonePe', scheme: 'phonepe://pay' },
  { id: 'paytm', name: 'Paytm', scheme: 'paytmmp://pay' },
  { id: 'bhim', name: 'BHIM', scheme: 'upi://pay' },
];

export const isMobile = (userAgent: string): boolean => /Android|iPhone|iPad|iPod|Mobile/.test(userAgent);
