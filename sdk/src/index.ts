export type { ConfigError } from './errors.js';
export { PaymentGateway } from './gateway.js';
export { type LoadOptions, loadPaymentGateway } from './loader.js';
export type * from './types.js';
