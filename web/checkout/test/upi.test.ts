import { describe, expect, it } from 'vitest';
import { UPI_APPS, upiLink } from '../src/upi.js';

const link = {
  vpa: 'shop@bank',
  name: 'Chai & Co. चाय',
  merchantCategory: '5499',
  paymentId: 'pay_SS6ShicNmouO4VoI',
  amount: 49_900,
};
const parse = (text: string) => Object.fromEntries(new URL(text.replace(/^[a-z]+:/, 'upi:')).searchParams);

describe('a UPI link', () => {
  it('carries payee, amount and reference as NPCI spells them', () => {
    expect(parse(upiLink({ ...link, note: 'order_1: tea+cup' }))).toEqual({
      pa: 'shop@bank',
      pn: 'Chai & Co. चाय',
      mc: '5499',
      tr: 'paySS6ShicNmouO4VoI',
      am: '499.00',
      cu: 'INR',
      tn: 'order 1  tea cup',
    });
    // A plus sign for a space is read as a plus by some apps.
    expect(upiLink(link)).not.toContain('+');
    expect(upiLink(link)).toContain('%20');
  });

  it('names another reference of the same payment in each further code', () => {
    const references = [1, 2, 10].map((code) => parse(upiLink({ ...link, code })).tr);
    expect(references).toEqual(['paySS6ShicNmouO4VoI', 'paySS6ShicNmouO4VoIc2', 'paySS6ShicNmouO4VoIc10']);
  });

  it('keeps every amount and name exactly, whatever they are', () => {
    let state = 7;
    const random = (most: number) => {
      state = (state * 1664525 + 1013904223) >>> 0;
      return state % most;
    };
    const letters = [...'aZ09 &=?#%+/\'"<>éßचاあ🫖'];
    for (let i = 0; i < 500; i++) {
      const amount = i < 200 ? i : random(10 ** 9) * random(1000);
      const name = Array.from({ length: 1 + random(40) }, () => letters[random(letters.length)]).join('');
      const {
        am = '',
        pn,
        tr = '',
      } = parse(upiLink({ ...link, amount, name, paymentId: `pay_${i}`.repeat(9) }));
      expect(am).toMatch(/^\d+\.\d{2}$/);
      expect(Number(am.replace('.', ''))).toBe(amount);
      expect(pn).toBe(name);
      expect(tr).toMatch(/^[A-Za-z0-9]{1,35}$/);
    }
  });

  it('opens each app by a scheme of its own', () => {
    expect(UPI_APPS.map(({ scheme }) => upiLink(link, scheme).split('?')[0])).toEqual([
      'gpay://upi/pay',
      'phonepe://pay',
      'paytmmp://pay',
      'upi://pay',
    ]);
  });
});
