import type { IncomingMessage, ServerResponse } from 'node:http';
import { renderToString } from 'preact-render-to-string';
import { cards } from '../src/generated/test-data.json';
import { formatMoney } from '../src/money.js';
import { pageHeaders, sendText } from '../src/server/respond.js';
import type { DemoContext } from './context.js';

/** Prices in paise. */
export const CATALOGUE = [
  { id: 'assam', name: 'Assam second flush', text: '250 g, malty and bright', price: 49_900, start: 1 },
  { id: 'masala', name: 'Masala chai', text: '200 g, cardamom and ginger', price: 34_900, start: 0 },
  { id: 'cup', name: 'Stoneware cup', text: 'Glazed by hand, 180 ml', price: 79_900, start: 0 },
];

/**
 * The checkout's origin for this page. A frame needs another origin than the shop's, and the loopback
 * address has two names; elsewhere the SDK sees one origin and goes to a full page by itself.
 */
export function siblingOrigin(host: string, checkoutUrl: string): string {
  const [name, port = '80'] = host.split(':');
  if (name === 'localhost') return `http://127.0.0.1:${port}`;
  if (name === '127.0.0.1') return `http://localhost:${port}`;
  return checkoutUrl || `http://${host}`;
}

export function demoPage(context: DemoContext, request: IncomingMessage, response: ServerResponse): void {
  const { config, manifest } = context;
  const host = request.headers.host ?? 'localhost';
  const checkout = siblingOrigin(host, config.checkoutUrl);
  // The API hands what opens a processor's form to the checkout at its own address alone: the shop makes room.
  if (`http://${host}` === config.checkoutUrl && checkout !== config.checkoutUrl)
    return void response.writeHead(302, { Location: `${checkout}/demo` }).end();
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sample shop</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/${manifest.demoStyles}"><script src="${checkout}/checkout.js"></script><script type="module" src="/assets/${manifest.demo}"></script></head><body>${renderToString(<Shop checkout={checkout} demoKey={config.demoKey} api={config.publicApiUrl} />)}</body></html>`;
  const headers = pageHeaders(config.publicApiUrl, `'none'`);
  // A frame of a processor does not load under it, and the checkout would leave the shop for a page of its own.
  delete headers['Cross-Origin-Embedder-Policy'];
  const policy = (headers['Content-Security-Policy'] ?? '')
    .replace(`script-src 'self'`, `script-src 'self' ${checkout}; frame-src ${checkout}`)
    .replace(`connect-src 'self'`, `connect-src 'self' ${checkout}`);
  sendText(request, response, 200, 'text/html', html, { ...headers, 'Content-Security-Policy': policy });
}

function Shop({ checkout, demoKey, api }: { checkout: string; demoKey: string; api: string }) {
  return (
    <>
      <header class="top">
        <p class="logo">Leaf &amp; Kettle</p>
        <p class="sub">A sample shop for the payment gateway. Test mode: no money moves.</p>
      </header>
      <main class="columns" data-key={demoKey}>
        <section aria-labelledby="cart-title">
          <h1 id="cart-title">Your cart</h1>
          <ul class="cart">
            {CATALOGUE.map(({ id, name, text, price, start }) => (
              <li key={id}>
                <div>
                  <p class="name">{name}</p>
                  <p class="sub">{text}</p>
                </div>
                <p class="price">{formatMoney(price, 'INR', 'en')}</p>
                <label>
                  <span class="hidden">Quantity of {name}</span>
                  <input type="number" min="0" max="20" value={start} name={id} data-price={price} />
                </label>
              </li>
            ))}
          </ul>
          <p class="total">
            Total <output data-test-id="demo-total" />
          </p>
          <button type="button" id="pay" data-test-id="demo-pay">
            Pay
          </button>
          <p id="result" role="status" data-test-id="demo-result" />
          <p class="sub">
            Cards: {numberOf('approved')} succeeds, {numberOf('declined')} is declined,{' '}
            {numberOf('challenge')} asks for a challenge.
          </p>
        </section>
        <section aria-labelledby="live-title">
          <h2 id="live-title">What the shop’s server hears</h2>
          <p class="sub">
            Paying registers this shop as a webhook endpoint. Each event is checked against its signature.
          </p>
          <ol id="events" aria-live="polite" data-test-id="demo-events" />
          <h2>The code</h2>
          <Code title="1. On your server: make the order" text={orderCode(api, demoKey)} />
          <Code title="2. In the page: open the checkout" text={pageCode(checkout, demoKey)} />
          <Code title="3. On your server: believe the signature, not the browser" text={VERIFY_CODE} />
        </section>
      </main>
    </>
  );
}

const numberOf = (scenario: string) => cards.find((card) => card.scenario === scenario)?.value;

const Code = ({ title, text }: { title: string; text: string }) => (
  <figure>
    <figcaption>{title}</figcaption>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
    <pre tabIndex={0}>
      <code>{text}</code>
    </pre>
  </figure>
);

const orderCode = (api: string, key: string) => `curl -X POST ${api}/api/v1/orders \\
  -H "X-Api-Key: ${key}" -H "X-Api-Secret: $API_SECRET" \\
  -H "Content-Type: application/json" \\
  -d '{"amount": 49900, "currency": "INR"}'`;

const pageCode = (checkout: string, key: string) => `<script src="${checkout}/checkout.js"></script>
<script>
const checkout = new PaymentGateway({
  key: "${key}",
  orderId: "order_xyz",           // from your server
  onSuccess: (res) => fetch("/verify", { method: "POST", body: JSON.stringify(res) }),
  onFailure: (err) => console.log("Payment Failed", err),
});
checkout.open();
</script>`;

const VERIFY_CODE = `const expected = createHmac("sha256", signingSecret)
  .update(\`\${orderId}|\${paymentId}\`)
  .digest("hex");
if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) throw new Error("forged");`;
