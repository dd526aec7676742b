import { configError } from './errors.js';
import { PROTOCOL } from './messages.js';
import type { PaymentGatewayOptions } from './types.js';

/** Browsers inside other apps that block frames, storage or UPI links: a full page works, a frame may not. */
const IN_APP = /FBA[NV]|Instagram|UCBrowser|MicroMessenger|Line\/|Snapchat|; wv\)/;

export const isInAppBrowser = (userAgent: string): boolean => IN_APP.test(userAgent);

/**
 * Checks what a merchant passed.
 * @throws ConfigError with the code and a text that says what to change.
 */
export function checkOptions({ key, orderId, mode, container }: PaymentGatewayOptions): void {
  if (!key) throw configError('key_invalid', '"key" is required');
  if (/secret|^whsec/i.test(key)) {
    throw configError('key_invalid', '"key" is a secret: use the public key id');
  }
  if (!orderId) throw configError('config_invalid', '"orderId" is required');
  if (mode === 'inline' && !container) throw configError('config_invalid', '"container" is required');
}

/**
 * Origin of the checkout, without a trailing slash.
 * @throws ConfigError when it is unknown or not http(s).
 */
export function checkoutOrigin(url: string | undefined): string {
  try {
    const parsed = new URL(url || '');
    if (/^https?:$/.test(parsed.protocol)) return parsed.origin;
  } catch {
    // Falls through to the one error below.
  }
  throw configError('config_invalid', '"checkoutUrl" must be http(s)');
}

/** Address of the hosted page. With a nonce it is framed, without one it is a page of its own. */
export function checkoutPageUrl(base: string, options: PaymentGatewayOptions, nonce?: string): string {
  const { orderId, key, locale, theme, methods, prefill, callbackUrl } = options;
  const query = new URLSearchParams({ order_id: orderId, key });
  const more = {
    o: nonce && location.origin,
    n: nonce,
    v: nonce && PROTOCOL,
    return_to: !nonce && new URL(callbackUrl || location.href, location.href),
    // Also for a frame, so that its first paint is right.
    locale,
    mode: theme?.mode,
    primary: theme?.primary,
    methods,
    method: prefill?.method,
  };
  for (const [name, value] of Object.entries(more)) if (value) query.set(name, value as string);
  return `${base}/checkout?${query}`;
}

/** The options as plain data: functions and elements stay here. */
export const plain = (options: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify({ ...options, container: undefined }));
