import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Payment } from '../types.js';
import type { Manifest } from './assets.js';
import { serveCheckoutPage } from './checkout-page.js';
import type { Config } from './config.js';
import { onBehalfOf } from './visitor.js';

/**
 * Where a payment's `next_action.url` leads: the checkout of its order, which finds the payment waiting
 * and shows its challenge. For merchants who made the payment with the API.
 */
export async function serveChallengePage(
  config: Config,
  manifest: Manifest,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const id = encodeURIComponent(query.get('payment_id') ?? '-');
  const found = await fetch(`${config.apiUrl}/api/v1/payments/${id}/public`, {
    headers: onBehalfOf(request),
    signal: AbortSignal.timeout(5000),
  }).catch(() => undefined);
  const payment = found?.ok ? ((await found.json()) as Payment) : undefined;
  const forward = new URLSearchParams({ order_id: payment?.order_id ?? '' });
  const returnTo = query.get('return_to');
  if (returnTo) forward.set('return_to', returnTo);
  return serveCheckoutPage(config, manifest, request, response, forward);
}
