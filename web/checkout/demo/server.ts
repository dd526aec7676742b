import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson, sendText } from '../src/server/respond.js';
import type { DemoContext } from './context.js';
import { CATALOGUE, demoPage } from './page.js';

/** Bytes of a body that the shop reads at most. */
const MAX_BODY = 64 * 1024;
/** Pages that listen for webhooks, by the order they wait for. */
const listeners = new Set<{ orderId: string; response: ServerResponse }>();
let endpoint: Promise<string> | undefined;

/** The sample shop: what a merchant's own server does, in one file. The secret never leaves it. */
export async function serveDemo(
  context: DemoContext,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const route = `${request.method} ${url.pathname.replace(/\/$/, '')}`;
  if (route === 'GET /demo') return demoPage(context, request, response);
  if (route === 'POST /demo/orders') return makeOrder(context, request, response);
  if (route === 'POST /demo/verify') return verify(context, request, response);
  if (route === 'POST /demo/webhook') return takeWebhook(context, request, response);
  if (route === 'GET /demo/events') return listen(request, response, url.searchParams.get('order_id') ?? '');
  sendText(request, response, 404, 'text/plain', 'Not found');
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY) throw new Error('body too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

async function ask<T>({ config }: DemoContext, path: string, method = 'GET', body?: unknown): Promise<T> {
  const response = await fetch(`${config.apiUrl}/api/v1${path}`, {
    method,
    headers: {
      'X-Api-Key': config.demoKey,
      'X-Api-Secret': config.demoSecret,
      'Content-Type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(8000),
  });
  if (!response.ok) throw new Error(`the API answered ${response.status} to ${method} ${path}`);
  return (await response.json()) as T;
}

/** The cart comes from the browser, the prices from here. */
async function makeOrder(
  context: DemoContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const cart = JSON.parse((await readBody(request)).toString() || '{}') as Record<string, unknown>;
  const amount = CATALOGUE.reduce((sum, { id, price }) => {
    const count = Number(cart[id] ?? 0);
    return sum + price * (Number.isInteger(count) && count > 0 && count <= 20 ? count : 0);
  }, 0);
  if (amount < 100) return sendJson(request, response, 400, { error: 'The cart is empty' });
  const webhooks = await subscribe(context).then(
    () => true,
    () => false,
  );
  try {
    const order = await ask<{ id: string }>(context, '/orders', 'POST', {
      amount,
      currency: 'INR',
      receipt: 'sample-shop',
      notes: { shop: 'Sample shop' },
    });
    sendJson(request, response, 201, { orderId: order.id, amount, webhooks });
  } catch (error) {
    sendJson(request, response, 502, { error: String(error) });
  }
}

/** Makes the shop's webhook endpoint once, or finds the one of an earlier run; gives its secret. */
function subscribe(context: DemoContext): Promise<string> {
  endpoint ??= (async () => {
    const base = context.config.checkoutUrl || `http://localhost:${context.config.port}`;
    const url = `${base}/demo/webhook`;
    const { data } = await ask<{ data: { id: string; url: string | null }[] }>(
      context,
      '/webhooks/endpoints',
    );
    const known = data.find((one) => one.url === url);
    const made = known ?? (await ask<{ id: string }>(context, '/webhooks/endpoints', 'POST', { url }));
    const { secret } = await ask<{ secret: string }>(context, `/webhooks/endpoints/${made.id}/secret`);
    return secret;
  })();
  endpoint.catch(() => {
    endpoint = undefined;
  });
  return endpoint;
}

const equal = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** What every shop does with `onSuccess`: the browser's word counts once its signature is right. */
async function verify(
  context: DemoContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const result = JSON.parse((await readBody(request)).toString()) as Record<string, unknown>;
  const settings = await ask<{ signing_secret: string }>(context, '/checkout/settings');
  const expected = createHmac('sha256', settings.signing_secret)
    .update(`${result.orderId}|${result.paymentId}`)
    .digest('hex');
  sendJson(request, response, 200, { verified: equal(expected, String(result.signature)) });
}

async function takeWebhook(
  context: DemoContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const secret = await subscribe(context);
  const expected = createHmac('sha256', secret).update(body).digest('hex');
  const verified = equal(expected, String(request.headers['x-webhook-signature'] ?? ''));
  if (!verified) return sendJson(request, response, 400, { error: 'wrong signature' });
  const event = JSON.parse(body.toString()) as { data?: Record<string, { order_id?: string; id?: string }> };
  const { payment, order } = event.data ?? {};
  const orderId = payment?.order_id ?? order?.id;
  for (const listener of listeners) {
    if (listener.orderId === orderId) listener.response.write(`data: ${JSON.stringify(event)}\n\n`);
  }
  sendJson(request, response, 200, { received: true });
}

function listen(request: IncomingMessage, response: ServerResponse, orderId: string): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write('retry: 1000\n\n');
  const listener = { orderId, response };
  listeners.add(listener);
  request.on('close', () => listeners.delete(listener));
}
