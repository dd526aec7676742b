import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Asset } from './assets.js';

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
 */
export function pageHeaders(api: string, ancestors: string): Headers {
  const policy = [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
    `img-src 'self' data:`,
    `connect-src 'self' ${new URL(api).origin}`,
    `form-action 'none'`,
    `base-uri 'none'`,
    `frame-ancestors ${ancestors}`,
    `require-trusted-types-for 'script'`,
    `trusted-types 'none'`,
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(self), clipboard-write=(self)',
    ...(ancestors === `'none'` ? { 'X-Frame-Options': 'DENY' } : {}),
  };
}
