/** Configuration of the checkout's server, from the environment alone. Addresses without a trailing slash. */
export interface Config {
  port: number;
  /** Address to listen on; without one all of the machine's. */
  host: string | undefined;
  /** There is a sample shop in test mode only: it hands out orders of a key that everybody knows. */
  testMode: boolean;
  /** Where this server reaches the API. */
  apiUrl: string;
  /** Where a shopper's browser reaches it. */
  publicApiUrl: string;
  /** Public base of this server; empty: what the request says. */
  checkoutUrl: string;
  /** Where the dashboard is: the only page that may frame the preview. */
  dashboardUrl: string;
  /** Key pair of the sample shop's own server. The seeded pair of test mode by default. */
  demoKey: string;
  demoSecret: string;
}

const address = (text: string, name: string): string => {
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol)) throw new Error(`${name} must be an http(s) address`);
  return text.replace(/\/+$/, '');
};

/** @throws Error naming the variable that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const port = Number(env.PORT ?? '3001');
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error('PORT must be a port number');
  const apiUrl = address(env.API_URL || env.GATEWAY_API_URL || 'http://localhost:8000', 'API_URL');
  return {
    port,
    host: env.GATEWAY_HOST || undefined,
    // As the API reads it.
    testMode: /^(true|1|yes|on|t|y)$/i.test(env.TEST_MODE ?? ''),
    apiUrl,
    publicApiUrl: env.GATEWAY_API_URL ? address(env.GATEWAY_API_URL, 'GATEWAY_API_URL') : apiUrl,
    checkoutUrl: env.GATEWAY_CHECKOUT_URL ? address(env.GATEWAY_CHECKOUT_URL, 'GATEWAY_CHECKOUT_URL') : '',
    dashboardUrl: address(env.GATEWAY_DASHBOARD_URL || 'http://localhost:3000', 'GATEWAY_DASHBOARD_URL'),
    demoKey: env.GATEWAY_DEMO_KEY || 'key_test_abc123',
    demoSecret: env.GATEWAY_DEMO_SECRET || 'secret_test_xyz789',
  };
}
