import { expectTypeOf, it } from 'vitest';
import type {
  CheckoutResult,
  PaymentError,
  PaymentGateway,
  PaymentGatewayOptions,
  PaymentSuccess,
} from '../src/index.js';

it('types the outcome as a union that a switch exhausts', () => {
  const say = (result: CheckoutResult): string => {
    switch (result.status) {
      case 'success':
        return result.payment.signature ?? 'authorised';
      case 'processing':
        return result.paymentId;
      case 'failed':
        return result.error.code;
      case 'dismissed':
        return result.reason;
    }
  };
  expectTypeOf(say).returns.toBeString();
  expectTypeOf<PaymentGateway['open']>().returns.resolves.toEqualTypeOf<CheckoutResult>();
});

it('types listeners by the event', () => {
  const listen = (gateway: PaymentGateway) => {
    gateway.on('payment.failed', (error) => expectTypeOf(error).toEqualTypeOf<PaymentError>());
    gateway.on('payment.success', (payment) => expectTypeOf(payment).toEqualTypeOf<PaymentSuccess>());
    // @ts-expect-error there is no such event
    gateway.on('payment.sucess', () => {});
  };
  expectTypeOf(listen).toBeFunction();
});

it('requires key and order', () => {
  // @ts-expect-error orderId is missing
  const options: PaymentGatewayOptions = { key: 'key_test_abc123' };
  expectTypeOf(options).toEqualTypeOf<PaymentGatewayOptions>();
});
