import type { PaymentGateway } from './gateway.js';

export interface LoadOptions {
  /** Address of checkout.js, best the immutable one that `/v1/checkout.json` names. */
  url: string;
  /** Subresource integrity of that file. */
  integrity?: string;
  /** CSP nonce for the script element. */
  nonce?: string;
}

interface GatewayWindow {
  PaymentGateway?: typeof PaymentGateway;
  trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL(url: string): string },
    ): {
      createScriptURL(url: string): string;
    };
  };
}

const loading = new Map<string, Promise<typeof PaymentGateway | null>>();

/** Under Trusted Types the page must allow the policy `payment-gateway`. */
function trustedUrl(url: string): string {
  const types = (window as unknown as GatewayWindow).trustedTypes;
  return types
    ? types.createPolicy('payment-gateway', { createScriptURL: (it) => it }).createScriptURL(url)
    : url;
}

/**
 * Adds checkout.js to the page once and gives its class. Null on a server.
 * Rejects when the script does not load; a later call tries again.
 */
export function loadPaymentGateway(options: LoadOptions): Promise<typeof PaymentGateway | null> {
  if (typeof document === 'undefined') return Promise.resolve(null);
  const { url, integrity, nonce } = options;
  const known = loading.get(url);
  if (known) return known;
  const promise = new Promise<typeof PaymentGateway>((resolve, reject) => {
    const script = document.createElement('script');
    const fail = (message: string) => {
      loading.delete(url);
      script.remove();
      reject(new Error(`PaymentGateway: ${message} (${url})`));
    };
    if (nonce) script.nonce = nonce;
    if (integrity) {
      script.integrity = integrity;
      script.crossOrigin = 'anonymous';
    }
    script.onerror = () => fail('checkout.js did not load');
    script.onload = () => {
      const loaded = (window as unknown as GatewayWindow).PaymentGateway;
      loaded ? resolve(loaded) : fail('this is not checkout.js');
    };
    script.src = trustedUrl(url);
    document.head.append(script);
  });
  loading.set(url, promise);
  return promise;
}
