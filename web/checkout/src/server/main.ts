import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveDemo } from '../../demo/server.js';
import { brandProperties } from '../theme.js';
import { assetOf, type Manifest, readAssets, type Sdk } from './assets.js';
import { serveChallengePage } from './challenge-page.js';
import { serveCheckoutPage } from './checkout-page.js';
import { readConfig } from './config.js';
import { renderErrorDocs } from './error-docs.js';
import { servePreviewPage } from './preview-page.js';
import { IMMUTABLE, pageHeaders, SHORT, sendAsset, sendJson, sendText } from './respond.js';

const here = dirname(fileURLToPath(import.meta.url));
const config = readConfig(process.env);
const assets = readAssets(join(here, 'assets'));
const manifest = JSON.parse(readFileSync(join(here, 'manifest.json'), 'utf8')) as Manifest;
const sdk = JSON.parse(readFileSync(join(here, 'sdk', 'sri.json'), 'utf8')) as Sdk;
const script = assetOf(readFileSync(join(here, 'sdk', 'checkout.js')), 'text/javascript; charset=utf-8');
const OPEN = { 'Access-Control-Allow-Origin': '*' };

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://checkout');
  const { pathname } = url;
  if (pathname === '/demo' || pathname.startsWith('/demo/')) {
    if (!config.testMode) return sendText(request, response, 404, 'text/plain', 'Not found');
    return serveDemo({ config, manifest, sdk }, request, response, url);
  }
  if (request.method === 'POST' && pathname === '/checkout') {
    // A processor that takes the whole page comes back by a form. What it says is not read: the page asks the API.
    return void response.writeHead(303, { Location: `/checkout${url.search}`, Connection: 'close' }).end();
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendJson(
      request,
      response,
      405,
      { error: { code: 'METHOD_NOT_ALLOWED' } },
      { Allow: 'GET, HEAD' },
    );
  }
  if (pathname === '/health') return sendJson(request, response, 200, { status: 'healthy' }, OPEN);
  if (pathname === '/checkout') {
    return serveCheckoutPage(config, manifest, request, response, url.searchParams);
  }
  if (pathname === '/preview') return servePreviewPage(config, manifest, request, response);
  if (pathname === '/challenge') {
    return serveChallengePage(config, manifest, request, response, url.searchParams);
  }
  if (pathname === '/checkout.js' || pathname === '/v1/checkout.js') {
    return sendAsset(request, response, script, SHORT);
  }
  if (pathname === `/v1/${sdk.file}`) return sendAsset(request, response, script, IMMUTABLE);
  if (pathname === '/v1/checkout.json') {
    const { file, ...published } = sdk;
    return sendJson(request, response, 200, { ...published, url: `/v1/${file}` }, OPEN);
  }
  if (pathname === '/docs/errors') {
    const headers = pageHeaders(config.publicApiUrl, `'none'`);
    return sendText(request, response, 200, 'text/html', renderErrorDocs(manifest), headers);
  }
  const asset = pathname.startsWith('/assets/') ? assets.get(pathname.slice(8)) : undefined;
  if (asset) return sendAsset(request, response, asset, IMMUTABLE);
  const theme = /^\/theme\/([0-9a-f]{6})\.css$/.exec(pathname);
  if (theme) {
    const rules = brandProperties(`#${theme[1]}`).map(([name, value]) => `${name}:${value}`);
    return sendAsset(
      request,
      response,
      assetOf(Buffer.from(`:root{${rules.join(';')}}`), 'text/css'),
      IMMUTABLE,
    );
  }
  if (pathname === '/' && config.testMode) return void response.writeHead(302, { Location: '/demo' }).end();
  sendText(request, response, 404, 'text/plain', 'Not found');
}

const server = createServer({ connectionsCheckingInterval: 5_000 }, (request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(JSON.stringify({ level: 'error', message: 'request failed', error: String(error) }));
    if (!response.headersSent)
      sendText(request, response, 500, 'text/plain', 'Something went wrong on our side');
    else response.destroy();
  });
});

// Longer than a load balancer's idle time, so that it is never us who hangs up on a request under way.
server.keepAliveTimeout = 75_000;
// As the API: a head has to arrive in time. Its size is bounded by Node (16 KiB).
server.headersTimeout = 20_000;
server.listen(config.port, config.host, () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : config.port;
  console.log(JSON.stringify({ level: 'info', message: 'checkout listens', port, sdk: sdk.version }));
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    // Streams of the sample shop have no end of their own.
    setTimeout(() => process.exit(0), 2000).unref();
  });
}
