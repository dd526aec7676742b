/** `/api/*` on the dashboard's own origin, so that the session's cookie is first-party and scripts need no CORS. */

import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Passes requests on as streams, in both directions: live streams and exports are never held back. */
export function createProxy(apiUrl: string): (request: IncomingMessage, response: ServerResponse) => void {
  const target = new URL(apiUrl);
  const secure = target.protocol === 'https:';
  const send = secure ? httpsRequest : httpRequest;
  // Idle connections are ours to close: the API's keep-alive is longer (GATEWAY_KEEP_ALIVE_SECONDS).
  const idle = { keepAlive: true, timeout: 30_000 };
  const agent = secure ? new HttpsAgent(idle) : new HttpAgent(idle);
  const prefix = target.pathname.replace(/\/$/, '');

  return (request, response) => {
    const upstream = send(
      {
        agent,
        hostname: target.hostname,
        port: target.port || (secure ? 443 : 80),
        method: request.method,
        path: prefix + request.url,
        headers: requestHeaders(request, target.host),
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, responseHeaders(answer));
        answer.pipe(response);
      },
    );
    upstream.on('error', () => unavailable(response));
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  };
}

function requestHeaders(request: IncomingMessage, host: string): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  const ofTheConnection = (request.headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  // Line by line as they came: two different values of a header are the API's to refuse.
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    if (HOP_BY_HOP.has(name) || ofTheConnection.includes(name)) continue;
    headers[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  // Node sends no chunks with GET and DELETE unless told to: their body would be read as the next request.
  if (request.headers['transfer-encoding'] !== undefined) headers['transfer-encoding'] = 'chunked';
  const before = request.headers['x-forwarded-for'];
  const peer = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  headers['x-forwarded-for'] = before ? `${before}, ${peer}` : peer;
  headers['x-forwarded-host'] ??= request.headers.host ?? '';
  headers.host = host;
  return headers;
}

function responseHeaders(answer: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    // A browser would answer `Basic` with a password box of its own over our log-in page.
    if (value !== undefined && !HOP_BY_HOP.has(name) && name !== 'www-authenticate') headers[name] = value;
  }
  return headers;
}

function unavailable(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(503, {
    'content-type': 'application/json',
    'retry-after': '2',
    'cache-control': 'no-store',
  });
  response.end(
    JSON.stringify({
      error: {
        code: 'SERVICE_UNAVAILABLE',
        description: 'The API is not reachable at the moment',
        request_id: 'req_0000000000000000',
        docs_url: '',
      },
    }),
  );
}
