import { describe, expect, it } from 'vitest';
import { codeLink, linkFor, payeeOf, UPI_APPS } from '../src/upi.js';

const LINK = 'upi://pay?pa=shop%40bank&pn=Chai%20%26%20Co&tr=paySS6ShicNmouO4VoI&am=499.00&cu=INR';
const parse = (text: string) => Object.fromEntries(new URL(text.replace(/^[a-z]+:/, 'upi:')).searchParams);

describe("a processor's UPI link", () => {
  it('is shown as it is', () => {
    expect(codeLink(LINK, 1)).toBe(LINK);
    expect(payeeOf(LINK)).toBe('shop@bank');
    expect(payeeOf('upi://mandate?am=1')).toBe('');
  });

  it('names another reference of the same payment in each further code, and nothing else', () => {
    for (const number of [2, 10]) {
      const { tr = '', ...rest } = parse(codeLink(LINK, number));
      expect(tr).toBe(`paySS6ShicNmouO4VoIc${number}`);
      expect(tr.length).toBeLessThanOrEqual(35);
      expect(rest).toEqual({ pa: 'shop@bank', pn: 'Chai & Co', am: '499.00', cu: 'INR' });
    }
  });

  it('opens each app by a scheme of its own', () => {
    const links = UPI_APPS.map(({ scheme }) => linkFor(LINK, scheme));
    expect(links.map((link) => link.split('?')[0])).toEqual([
      'gpay://upi/pay',
      'phonepe://pay',
      'paytmmp://pay',
      'upi://pay',
    ]);
    for (const link of links) expect(parse(link)).toEqual(parse(LINK));
  });
});
