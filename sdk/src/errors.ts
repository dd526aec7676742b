import type { ErrorCode, ErrorType, PaymentError } from './types.js';

/** By what is in the code; every other one is the shop's own mistake. */
const TYPES: [string, ErrorType][] = [
  ['expired', 'expired'],
  ['^load|network|rate', 'network'],
  ['declined|attempts', 'declined'],
  ['dismissed', 'cancelled'],
  ['internal', 'internal'],
];

/** Builds the error object that callbacks and results carry. */
export function paymentError(
  code: ErrorCode,
  message: string,
  base: string,
  more: Partial<PaymentError> = {},
): PaymentError {
  const type = TYPES.find(([part]) => code.match(part))?.[1] ?? 'integration';
  return {
    type,
    code,
    message,
    error: message,
    final: true,
    retryable: type === 'network',
    docsUrl: `${base}/docs/errors#${code}`,
    ...more,
  };
}

/** Thrown by the constructor only: a mistake in the merchant's own code. */
export interface ConfigError extends Error {
  name: 'PaymentGatewayError';
  code: ErrorCode;
}

export const configError = (code: ErrorCode, message: string): ConfigError =>
  Object.assign(new Error(message), { name: 'PaymentGatewayError' as const, code });
