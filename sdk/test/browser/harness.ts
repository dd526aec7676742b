import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Frame, type LaunchOptions, type Page } from 'playwright-core';

export const KEY = 'key_test_abc123';

/** What a stand-in page of the checkout does on load; tests drive the rest through `port`. */
const FAKE_PAGE = `<!doctype html><title>fake checkout</title><meta name=color-scheme content="light dark">
<input id=c><input id=x><script src=/fake.js></script>`;
const FAKE_SCRIPT = `
const query = new URLSearchParams(location.search);
const [origin, nonce] = [query.get('o'), query.get('n')];
window.received = [];
window.toSay = [];
addEventListener('message', ({ source, data }) => {
  if (source === parent && data === 'say') for (const message of toSay.splice(0)) port.postMessage(message);
});
addEventListener('message', ({ source, origin: from, data, ports }) => {
  if (source !== parent || from !== origin || data.n !== nonce || window.port) return;
  window.config = data.config;
  window.port = ports[0];
  port.onmessage = ({ data }) => {
    received.push(data);
    if (data.t === 'close?' && !window.silent) port.postMessage({ t: 'close', d: data.d });
    if (data.t === 'ping' && !window.hung) port.postMessage({ t: 'pong' });
  };
  window.hung = query.get('order_id').includes('hung');
  if (!query.get('order_id').includes('late')) port.postMessage({ t: 'ready', d: {} });
});
const code = query.get('order_id').startsWith('error:') && query.get('order_id').slice(6);
const v = query.get('order_id') === 'protocol' ? 99 : 1;
if (nonce) parent.postMessage(code ? { pgw: 'hello-error', v, n: nonce, code, message: 'no' } : { pgw: 'hello', v, n: nonce }, origin);
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') port.postMessage({ t: 'close', d: { reason: 'escape' } });
});
`;

export interface Site {
  origin: string;
  /** Answers by path; `*` is the rest. Tests change it. */
  routes: Record<string, (request: IncomingMessage, response: ServerResponse) => void>;
  close(): void;
}

async function serve(host: string, routes: Site['routes']): Promise<Site> {
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    const route = routes[path] ?? routes['*'];
    if (route) route(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://${host}:${port}`,
    routes,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function send(
  response: ServerResponse,
  type: string,
  body: string,
  headers: Record<string, string> = {},
) {
  response.writeHead(200, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body);
}

const CROSS_ORIGIN = {
  'cross-origin-resource-policy': 'cross-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** A stand-in for the checkout's server on a site of its own (another host name), so frames are cross-site. */
export function serveCheckout(): Promise<Site> {
  const asset = (file: string) => readFileSync(new URL(`../../dist/${file}`, import.meta.url), 'utf8');
  return serve('localhost', {
    '/checkout.js': (_, response) => send(response, 'text/javascript', asset('checkout.js'), CROSS_ORIGIN),
    '/fake.js': (_, response) => send(response, 'text/javascript', FAKE_SCRIPT, CROSS_ORIGIN),
    '/checkout': (_, response) => send(response, 'text/html', FAKE_PAGE, CROSS_ORIGIN),
    '/health': (_, response) => send(response, 'application/json', '{}', CROSS_ORIGIN),
  });
}

export function serveShop(): Promise<Site> {
  return serve('127.0.0.1', {});
}

/** The merchant's page: the contract's snippet, with the outcome kept on `window` for the test. */
export function shopPage(checkout: string, body = ''): string {
  return `<!doctype html><html lang=en><title>Shop</title><body style="height:3000px">
<button id=before>before</button>${body}<div id=box></div><button id=after>after</button>
<script src="${checkout}/checkout.js"></script><script src=/shop.js></script>`;
}

export const SHOP_SCRIPT = `
window.log = [];
window.openCheckout = (options = {}) => {
  window.gateway = new PaymentGateway({ key: '${KEY}', orderId: 'order_xyz',
    onSuccess: (res) => log.push(['success', res.paymentId]),
    onFailure: (err) => log.push(['failure', err.code, err.final]),
    onDismiss: (info) => log.push(['dismiss', info.reason]),
    onClose: () => log.push(['close']), onReady: () => log.push(['ready']),
    onEvent: (event) => event.name === 'fallback' && log.push(['fallback', event.data.reason, event.data.message]),
    ...options });
  window.result = undefined;
  window.settled = 0;
  gateway.open().then((result) => { window.result = result; window.settled++; });
};`;

export function launch(more: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    ...more,
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ],
  });
}

/** The checkout's frame, once its port is there. */
export async function checkoutFrame(page: Page): Promise<Frame> {
  const handle = await page.waitForSelector('iframe[data-test-id=payment-iframe]');
  const frame = await handle.contentFrame();
  if (!frame) throw new Error('the element has no frame');
  await frame.waitForFunction(() => 'port' in window);
  return frame;
}

/** Makes the stand-in page say something on its port. */
export function say(frame: Frame, t: string, d?: unknown): Promise<void> {
  return sayAll(frame, [{ t, d }]);
}

/**
 * Makes the stand-in page say all this on its port, in order. The frame is only told what; the word to say it
 * comes through the shop's page, since what is said may make the shop take the frame away, and Playwright gives
 * up an evaluation in a frame that goes before its answer with "Frame was detached".
 */
export async function sayAll(frame: Frame, messages: { t: string; d?: unknown }[]): Promise<void> {
  const element = await frame.frameElement();
  await frame.evaluate(
    (all) => void (window as unknown as { toSay: unknown[] }).toSay.push(...all),
    messages,
  );
  await element.evaluate((iframe) => (iframe as HTMLIFrameElement).contentWindow?.postMessage('say', '*'));
}

export const ran = <T>(page: Page, expression: string): Promise<T> => page.evaluate(expression) as Promise<T>;
