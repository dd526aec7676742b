import { renderToString } from 'preact-render-to-string';
import type { Boot, Problem } from '../types.js';
import type { Manifest } from './assets.js';

/** One entry per code of the SDK: what it means and what to do. docs/checkout.md has the same table. */
export const ERROR_DOCS: [string, string, string][] = [
  [
    'key_invalid',
    'The key is missing, unknown here, revoked, expired or a secret.',
    'Pass the public key id (key_test_… or key_live_…) of this gateway.',
  ],
  ['config_invalid', 'An option is missing or wrong.', 'The message names the option and what it should be.'],
  [
    'order_not_found',
    'No order with this id belongs to the key.',
    'Make the order on your server with the same key pair and mode.',
  ],
  ['order_paid', 'The order is paid.', 'Show your thank-you page: the money is there.'],
  ['order_expired', 'The time to pay the order is over.', 'Make a new order.'],
  [
    'no_method',
    'No method that the shop offers can pay the order: all but cards pay INR only.',
    'Offer cards (PUT /api/v1/checkout/settings, methods), or make the order in INR.',
  ],
  [
    'origin_not_allowed',
    'Your page’s origin is not on the list of the key’s merchant.',
    'Add it: PUT /api/v1/checkout/settings, allowed_origins. Test keys allow every port of localhost.',
  ],
  [
    'processor_required',
    'The order is a live one, and its merchant has no processor for live payments.',
    'Use a test key, or connect a processor.',
  ],
  [
    'load_failed',
    'The checkout’s page did not load in the frame.',
    'Is the checkout running and reachable from the shopper’s browser?',
  ],
  [
    'load_timeout',
    'The checkout did not answer in loadTimeoutMs.',
    'Check the network between shopper and checkout.',
  ],
  [
    'frame_blocked',
    'Your page’s Content-Security-Policy forbids the frame.',
    'Add the frame-src directive that the message quotes.',
  ],
  [
    'protocol_mismatch',
    'checkout.js and the checkout are of different major versions.',
    'Load checkout.js from the checkout itself.',
  ],
  ['already_open', 'Another checkout is open on the page.', 'Close it first; one modal at a time.'],
  ['insecure_context', 'A live key on a page without HTTPS.', 'Serve the page over HTTPS.'],
  [
    'payment_declined',
    'A payment was declined; the checkout is still open.',
    'Nothing: the shopper may try again. declineCode says why.',
  ],
  ['too_many_attempts', 'The order takes no more attempts.', 'Make a new order.'],
  ['dismissed', 'The shopper closed the checkout.', 'Offer to pay again.'],
  [
    'network_error',
    'The checkout stopped answering.',
    'Ask GET /orders/{id} on your server before you offer to pay again.',
  ],
  ['rate_limited', 'Too many attempts from this shopper.', 'Let some minutes pass.'],
  [
    'internal_error',
    'The payment service failed.',
    'Try again; quote the requestId to whoever runs the gateway.',
  ],
];

/** Problems that the shop's own code or settings cause. */
const SHOPS_OWN: Problem[] = [
  'key_invalid',
  'no_method',
  'order_not_found',
  'origin_not_allowed',
  'processor_required',
];

/** What is wrong and what to do, for whoever built the shop's page; nothing where they can do nothing. */
export function detailsOf(problem: Problem | undefined): Boot['details'] {
  const [code, meaning, remedy] = ERROR_DOCS.find(([one]) => one === problem) ?? [];
  return code && SHOPS_OWN.includes(code as Problem) ? { [code]: `${meaning} ${remedy}` } : undefined;
}

export function renderErrorDocs(manifest: Manifest): string {
  const body = renderToString(
    <main class="page">
      <div class="content docs">
        <h1>Checkout errors</h1>
        {ERROR_DOCS.map(([code, meaning, remedy]) => (
          <section key={code} id={code}>
            <h2>
              <code>{code}</code>
            </h2>
            <p>{meaning}</p>
            <p class="quiet">{remedy}</p>
          </section>
        ))}
      </div>
    </main>,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Checkout errors</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/${manifest.styles}"></head><body>${body}</body></html>`;
}
