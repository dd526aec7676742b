import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  checkoutFrame,
  launch,
  ran,
  SHOP_SCRIPT,
  type Site,
  send,
  serveCheckout,
  serveShop,
  shopPage,
} from './harness.js';

let browser: Browser;
let context: BrowserContext;
let page: Page;
let shop: Site;
let checkout: Site;

beforeAll(async () => {
  [browser, shop] = await Promise.all([launch(), serveShop()]);
  shop.routes['/shop.js'] = (_, response) => send(response, 'text/javascript', SHOP_SCRIPT);
});
afterAll(async () => {
  await browser?.close();
  shop?.close();
});
beforeEach(async () => {
  checkout = await serveCheckout();
  context = await browser.newContext();
  page = await context.newPage();
});
afterEach(async () => {
  await context.close();
  checkout.close();
});

async function visit(headers: Record<string, string> = {}): Promise<void> {
  shop.routes['/'] = (_, response) => send(response, 'text/html', shopPage(checkout.origin), headers);
  await page.goto(`${shop.origin}/`);
}

const openCheckout = (options = '{}') => page.evaluate(`openCheckout(${options})`);
const failure = async () => {
  await page.waitForFunction('window.settled === 1');
  const result = await ran<{ status: string; error: { code: string; message: string } }>(page, 'result');
  expect(result.status).toBe('failed');
  return result.error;
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
  it('because it refuses to be framed settles at once, not by the watchdog', async () => {
    checkout.routes['/checkout'] = (_, response) =>
      send(response, 'text/html', '<!doctype html>', { 'content-security-policy': `frame-ancestors 'none'` });
    await visit();
    const start = Date.now();
    await openCheckout(`{ mode: 'modal' }`);
    expect((await failure()).code).toBe('load_failed');
    expect(Date.now() - start).toBeLessThan(5000);
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
  it('leaves at once, and the promise ends when the shopper comes back by the cache', async () => {
    await visit();
    await openCheckout(`{ mode: 'redirect' }`);
    await page.waitForURL(`${checkout.origin}/checkout?**`);
    await page.goBack();
    if (!(await ran<boolean>(page, 'Array.isArray(window.log) && window.log.length > 0'))) {
      // Without the back-forward cache the page is a new one: there is no promise left to end.
      expect(await ran(page, 'performance.getEntriesByType("navigation")[0].type')).toBe('back_forward');
      return;
    }
    expect(await ran(page, 'log')).toEqual([['dismiss', 'navigation'], ['close']]);
  });

  it('is taken at once in an in-app browser', async () => {
    await context.close();
    context = await browser.newContext({
      userAgent: 'Mozilla/5.0 (iPhone) AppleWebKit Mobile Instagram 300.0',
    });
    page = await context.newPage();
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
