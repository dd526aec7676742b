import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Asset } from './assets.js';
import type { FormPolicy } from './form-policy.js';

type Headers = Record<string, string>;

/** On every answer. Cross-origin isolated shops (COEP) may embed and load what comes from here. */
const COMMON: Headers = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

const takesGzip = (request: IncomingMessage): boolean =>
  /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));

export const IMMUTABLE = 'public, max-age=31536000, immutable';
/** checkout.js follows the deployment within minutes, also where a shop's pages live long. */
export const SHORT = 'public, max-age=300, stale-while-revalidate=86400';

export function sendAsset(
  request: IncomingMessage,
  response: ServerResponse,
  asset: Asset,
  cacheControl: string,
): void {
  const headers: Headers = {
    ...COMMON,
    'Access-Control-Allow-Origin': '*',
    'Cache-Control': cacheControl,
    'Content-Type': asset.type,
    ETag: asset.etag,
    Vary: 'Accept-Encoding',
  };
  if (request.headers['if-none-match'] === asset.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const zipped = takesGzip(request);
  const body = zipped ? asset.gzip : asset.body;
  response.writeHead(200, {
    ...headers,
    ...(zipped && { 'Content-Encoding': 'gzip' }),
    'Content-Length': body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

export function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  more: Headers = {},
): void {
  const zipped = text.length > 1024 && takesGzip(request);
  const body = zipped ? gzipSync(text) : Buffer.from(text);
  response.writeHead(status, {
    ...COMMON,
    'Cache-Control': 'no-store',
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Length': body.length,
    ...(zipped && { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' }),
    ...more,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

export const sendJson = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  value: unknown,
  more: Headers = {},
): void => sendText(request, response, status, 'application/json', JSON.stringify(value), more);

/**
 * Headers of a page. `ancestors` is who may frame it: an origin that the merchant listed, or nobody.
 * No inline script or style, no other host than ours and the API, no DOM sink that takes text.
 *
 * While a payment waits in a processor's form the page takes what `form` names, of that one processor. Then it is
 * not isolated, as their frames do not load so, their scripts know nothing of Trusted Types, and they are told which
 * site (not which page) they are on.
 */
export function pageHeaders(api: string, ancestors: string, form?: FormPolicy): Headers {
  const { script = [], frame = [], apps = [], connect = [], image = [] } = form ?? {};
  const directive = (name: string, own: string, theirs: string[] = []) => [name, own, ...theirs].join(' ');
  const policy = [
    `default-src 'none'`,
    directive('script-src', `'self'`, script),
    directive('style-src', `'self'`, form?.styles ? [`'unsafe-inline'`] : []),
    directive('img-src', `'self' data:`, image),
    directive('connect-src', `'self' ${new URL(api).origin}`, connect),
    ...(form ? [directive('frame-src', frame.join(' '), apps)] : []),
    `form-action ${form?.form.join(' ') || `'none'`}`,
    `base-uri 'none'`,
    `frame-ancestors ${ancestors}`,
    ...(form ? [] : [`require-trusted-types-for 'script'`, `trusted-types 'none'`]),
  ];
  const payment = ['self', ...frame.filter((one) => !one.includes('*')).map((one) => `"${one}"`)].join(' ');
  return {
    'Content-Security-Policy': policy.join('; '),
    ...(form ? { 'Referrer-Policy': 'strict-origin' } : { 'Cross-Origin-Embedder-Policy': 'require-corp' }),
    'Permissions-Policy': `camera=(), microphone=(), geolocation=(), payment=(${payment}), clipboard-write=(self)`,
    ...(ancestors === `'none'` ? { 'X-Frame-Options': 'DENY' } : {}),
  };
}
