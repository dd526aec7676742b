import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { launch, ran, SHOP_SCRIPT, type Site, send, serveCheckout, serveShop, shopPage } from './harness.js';

/** A shop and a stand-in checkout on two sites, and a page of a fresh context for each test. */
export interface World {
  browser: Browser;
  context: BrowserContext;
  page: Page;
  shop: Site;
  checkout: Site;
}

/** Keeps one world for the tests of a file; `use` hears of it before each test. */
export function inWorld(use: (world: World) => void) {
  const world = {} as World;
  beforeAll(async () => {
    [world.browser, world.shop] = await Promise.all([launch(), serveShop()]);
    world.shop.routes['/shop.js'] = (_, response) => send(response, 'text/javascript', SHOP_SCRIPT);
  });
  afterAll(async () => {
    await world.browser?.close();
    world.shop?.close();
  });
  beforeEach(async () => {
    world.checkout = await serveCheckout();
    world.context = await world.browser.newContext();
    world.page = await world.context.newPage();
    use(world);
  });
  afterEach(async () => {
    await world.context.close();
    world.checkout.close();
  });
  return {
    /** Opens the shop, with these response headers if a test needs some. */
    async visit(headers: Record<string, string> = {}, body = ''): Promise<void> {
      const { shop, checkout, page } = world;
      shop.routes['/'] = (_, response) =>
        send(response, 'text/html', shopPage(checkout.origin, body), headers);
      await page.goto(`${shop.origin}/`);
    },
    openCheckout: (options = '{}') => world.page.evaluate(`openCheckout(${options})`),
    /** What the promise of the opening settled with. */
    settled: async () => {
      await world.page.waitForFunction('window.settled === 1');
      return ran<{ status: string; error?: { code: string; message: string } }>(world.page, 'result');
    },
    log: () => ran<unknown[][]>(world.page, 'log'),
  };
}
