/** What is answered by whom: health here, `/api` by the API, everything else from the built files. */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { securityHeaders } from './headers';
import { createProxy } from './proxy';
import { readFiles } from './static';

export interface ServerOptions {
  /** Folder of the built files. */
  folder: string;
  /** Where the API is, as this server sees it. */
  apiUrl: string;
  /** Where the checkout is, as a browser sees it: the settings page shows a preview in a frame. */
  checkoutUrl: string;
}

export function createHandler(options: ServerOptions): RequestListener {
  const files = readFiles(options.folder);
  const proxy = createProxy(options.apiUrl);
  const checkoutOrigin = new URL(options.checkoutUrl).origin;

  return (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === '/health') {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end('{"status":"healthy"}');
    } else if (path.startsWith('/api/')) {
      proxy(request, response);
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else {
      const file = files.get(path);
      const asked = /\.[a-z0-9]+$/i.test(path);
      if (!file && asked) {
        response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
        return;
      }
      const found = file ?? files.index;
      const { headers, nonce } = securityHeaders(checkoutOrigin);
      const body = found.isPage ? found.page(nonce, checkoutOrigin) : found.encoded(request);
      response.writeHead(200, { ...headers, ...body.headers });
      response.end(request.method === 'HEAD' ? undefined : body.bytes);
    }
  };
}
