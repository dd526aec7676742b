/** The first steps as commands. */

import type { Surroundings } from '../../docs/snippets';

function post(of: Surroundings, path: string, body: unknown, idempotencyKey?: string): string {
  return [
    `curl ${of.api}/api/v1${path}`,
    `-H 'X-Api-Key: ${of.pair?.id ?? 'YOUR_KEY'}'`,
    `-H 'X-Api-Secret: ${of.pair?.secret ?? 'YOUR_SECRET'}'`,
    ...(idempotencyKey ? [`-H 'Idempotency-Key: ${idempotencyKey}'`] : []),
    "-H 'Content-Type: application/json'",
    `-d '${JSON.stringify(body)}'`,
  ].join(' \\\n  ');
}

/** Open the gateway's own receiver, which takes every webhook and shows it. */
export const openInbox = (of: Surroundings): string => post(of, '/inbox', { answer: 200 });

/** Have an endpoint told of something at once. */
export const sendTest = (of: Surroundings, endpoint: string): string =>
  post(of, `/webhooks/endpoints/${endpoint}/test`, {});

/** Give a part back. */
export const refund = (of: Surroundings, payment: string, amount: number): string =>
  post(of, `/payments/${payment}/refunds`, { amount }, `refund-${payment}`);
