/** The dashboard's server: `PORT`, `API_URL`. Serves the built files and passes `/api/*` to the API. */

import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createHandler } from './handler';

const port = Number(process.env.PORT ?? 3000);
const apiUrl = process.env.API_URL ?? 'http://localhost:8000';
const checkoutUrl = process.env.GATEWAY_CHECKOUT_URL ?? 'http://localhost:3001';
const folder = fileURLToPath(new URL('./public', import.meta.url));

const server = createServer(
  { connectionsCheckingInterval: 5_000 },
  createHandler({ folder, apiUrl, checkoutUrl }),
);
// Longer than a load balancer's idle time, so that it is never us who hangs up on a request under way.
server.keepAliveTimeout = 75_000;
// As the API: a head has to arrive in time. Its size is bounded by Node (16 KiB).
server.headersTimeout = 20_000;
server.listen(port, process.env.GATEWAY_HOST ?? '0.0.0.0', () => {
  console.log(JSON.stringify({ service: 'dashboard', message: 'listening', port }));
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    // Live streams never end by themselves.
    setTimeout(() => server.closeAllConnections(), 1_000).unref();
  });
}
