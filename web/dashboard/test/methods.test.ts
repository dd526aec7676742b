import { describe, expect, it } from 'vitest';
import { methodText } from '../src/ui/Method';

describe('what a payment was made by', () => {
  it.each([
    [{ method: 'card', card_network: 'rupay', card_last4: '1005' }, 'RuPay •••• 1005'],
    [{ method: 'upi', vpa: 'asha@bank' }, 'UPI asha@bank'],
    [{ method: 'upi' }, 'UPI'],
    [{ method: 'netbanking', bank: 'BARB_R' }, 'Net banking · Bank of Baroda'],
    [{ method: 'netbanking', bank: 'TEST_FAILURE' }, 'Net banking · TEST_FAILURE'],
    [{ method: 'netbanking' }, 'Net banking'],
    [{ method: 'wallet', wallet: 'paytm' }, 'Wallet · Paytm'],
  ])('%j reads %s', (payment, text) => {
    expect(methodText(payment as Parameters<typeof methodText>[0])).toBe(text);
  });
});
