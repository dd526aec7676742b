import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { checkoutFrame, ran, SHOP_SCRIPT, type Site, send, serveCheckout, shopPage } from './harness.js';
import { inWorld } from './world.js';

let context: BrowserContext;
let page: Page;
let shop: Site;
let checkout: Site;
const { visit, openCheckout, settled } = inWorld((world) => {
  ({ context, page, shop, checkout } = world);
});
const failure = async () => {
  const { status, error } = await settled();
  expect(status).toBe('failed');
  return error as { code: string; message: string };
};

describe('a strict page', () => {
  it('with CSP, Trusted Types and COEP shows the checkout at full size without one violation', async () => {
    const violations: string[] = [];
    page.on('console', (message) => message.type() === 'error' && violations.push(message.text()));
    await page.setViewportSize({ width: 390, height: 844 });
    await visit({
      'content-security-policy':
        `default-src 'none'; script-src 'self' ${checkout.origin}; style-src 'self'; frame-src ${checkout.origin}; ` +
        `require-trusted-types-for 'script'; trusted-types 'none'`,
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-opener-policy': 'same-origin',
    });
    await openCheckout();
    await checkoutFrame(page);
    expect(await ran(page, 'crossOriginIsolated')).toBe(true);
    expect(await page.locator('iframe').boundingBox()).toMatchObject({ width: 390, height: 844 });
    // The page's own inline style attribute is the only thing such a policy stops.
    expect(violations.filter((text) => !/inline style/.test(text))).toEqual([]);
  });

  it('that forbids the frame gets the exact directive', async () => {
    await visit({ 'content-security-policy': `frame-src 'self'` });
    await openCheckout(`{ mode: 'modal' }`);
    const error = await failure();
    expect(error.code).toBe('frame_blocked');
    expect(error.message).toContain(`"frame-src ${checkout.origin}"`);
    expect(await page.locator('dialog').count()).toBe(0);
  });

  it('falls back to a full page in auto mode, with the way back', async () => {
    await visit({ 'content-security-policy': `frame-src 'self'` });
    await openCheckout(`{ callbackUrl: '/thanks' }`);
    await page.waitForURL(`${checkout.origin}/checkout?**`);
    const query = new URL(page.url()).searchParams;
    expect(query.get('return_to')).toBe(`${shop.origin}/thanks`);
    expect(query.get('order_id')).toBe('order_xyz');
  });
});

describe('a checkout that does not come up', () => {
  it('because it refuses to be framed settles without the watchdog', async () => {
    checkout.routes['/checkout'] = (_, response) =>
      send(response, 'text/html', '<!doctype html>', { 'content-security-policy': `frame-ancestors 'none'` });
    await visit();
    // Were it the watchdog the code would be another one, and the test would have timed out long before.
    await openCheckout(`{ mode: 'modal', loadTimeoutMs: 600000 }`);
    expect((await failure()).code).toBe('load_failed');
  });

  it('because it never answers ends at the watchdog', async () => {
    checkout.routes['/checkout'] = () => {};
    await visit();
    await openCheckout(`{ mode: 'modal', loadTimeoutMs: 300 }`);
    expect((await failure()).code).toBe('load_timeout');
  });

  it('because it is down keeps the shopper in the shop, also in auto mode', async () => {
    await visit();
    checkout.close();
    await openCheckout();
    expect((await failure()).code).toBe('load_failed');
    expect(page.url()).toBe(`${shop.origin}/`);
  });

  it('because a redirect changes its origin names the right one', async () => {
    const other = await serveCheckout();
    const moved = other.origin;
    checkout.routes['/checkout'] = (request, response) =>
      void response.writeHead(302, { location: moved + request.url }).end();
    await visit();
    await openCheckout(`{ mode: 'modal' }`);
    const error = await failure();
    other.close();
    expect(error).toMatchObject({ code: 'config_invalid' });
    expect(error.message).toContain(moved);
  });

  it('because it speaks another protocol says so', async () => {
    await visit();
    await openCheckout(`{ mode: 'modal', orderId: 'protocol' }`);
    expect((await failure()).code).toBe('protocol_mismatch');
  });

  it.each(['origin_not_allowed', 'order_not_found', 'order_paid', 'order_expired'])(
    'but names %s settles at once and shows the page until it is closed',
    async (code) => {
      await visit();
      await openCheckout(`{ orderId: 'error:${code}' }`);
      expect(await failure()).toMatchObject({ code, docsUrl: `${checkout.origin}/docs/errors#${code}` });
      expect(await page.locator('iframe').count()).toBe(1);
      await page.click('[data-test-id=close-modal-button]');
      await page.waitForFunction('gateway.state === "closed"');
    },
  );
});

describe('redirect mode', () => {
  it('is taken at once in an in-app browser', async () => {
    const devtools = await context.newCDPSession(page);
    const userAgent = 'Mozilla/5.0 (iPhone) AppleWebKit Mobile Instagram 300.0';
    await devtools.send('Emulation.setUserAgentOverride', { userAgent });
    await visit();
    await openCheckout();
    await page.waitForURL(`${checkout.origin}/checkout?**`);
  });

  it('is taken on the checkout’s own origin, where a frame would share it', async () => {
    checkout.routes['/own'] = (_, response) => send(response, 'text/html', shopPage(checkout.origin));
    checkout.routes['/shop.js'] = (_, response) => send(response, 'text/javascript', SHOP_SCRIPT);
    await page.goto(`${checkout.origin}/own`);
    await openCheckout();
    await page.waitForURL(`${checkout.origin}/checkout?**`);
  });
});
