import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { launch, SHOP_SCRIPT, type Site, send, serveCheckout, serveShop, shopPage } from './harness.js';

/** Chromium's back-forward cache is off under Playwright; with it on, pages report to the shop's server. */
let browser: Browser;
let page: Page;
let shop: Site;
let checkout: Site;
let heard: string[] = [];

/** The page itself tells that it came back from the cache, and what it found. */
const TELL = `
const tell = (what) => fetch('/tell', { method: 'POST', body: JSON.stringify(what) });
addEventListener('pageshow', async (event) => {
  if (!event.persisted) return;
  await tell('restored ' + gateway.state);
  gateway.close();
  await tell('then ' + gateway.state + ', dialogs: ' + document.querySelectorAll('dialog').length);
});
const open = window.openCheckout;
window.openCheckout = (options) => { open(options); gateway.open().then((r) => tell(r.status + ' ' + r.reason)); };
`;

beforeAll(async () => {
  [browser, shop, checkout] = await Promise.all([
    launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
    serveShop(),
    serveCheckout(),
  ]);
  // A page that says no-store is not kept.
  const kept = { 'cache-control': 'no-cache' };
  shop.routes['/'] = (_, response) => send(response, 'text/html', shopPage(checkout.origin), kept);
  shop.routes['/shop.js'] = (_, response) => send(response, 'text/javascript', SHOP_SCRIPT + TELL);
  shop.routes['/elsewhere'] = (_, response) =>
    send(response, 'text/html', '<!doctype html><script src=/back.js></script>');
  shop.routes['/back.js'] = (_, response) =>
    send(response, 'text/javascript', 'setTimeout(() => history.back(), 500)');
  const fake = checkout.routes['/fake.js'];
  // As a full page, without a nonce, it goes back by itself.
  checkout.routes['/fake.js'] = (request, response) =>
    (String(request.headers.referer).includes('n=') ? fake : shop.routes['/back.js'])?.(request, response);
  shop.routes['/tell'] = (request, response) => {
    request.on('data', (chunk) => heard.push(JSON.parse(String(chunk))));
    request.on('end', () => response.end());
  };
});
afterAll(async () => {
  await browser?.close();
  shop?.close();
  checkout?.close();
});
beforeEach(async () => {
  heard = [];
  page = await (await browser.newContext()).newPage();
  await page.goto(`${shop.origin}/`);
});

it('back from the full page, the promise that was left behind ends as dismissed', async () => {
  await page.evaluate(`openCheckout({ mode: 'redirect' })`);
  await expect.poll(() => heard, { timeout: 15000 }).toContain('dismissed navigation');
  await expect.poll(() => heard.some((one) => one.startsWith('restored'))).toBe(true);
});

it('a modal that was left open is there again, and closes', async () => {
  await page.evaluate('openCheckout()');
  await page.waitForFunction('gateway.state === "open"');
  await page.evaluate(`location.assign('/elsewhere')`);
  await expect.poll(() => heard, { timeout: 15000 }).toContain('then closed, dialogs: 0');
  await expect.poll(() => heard).toContain('dismissed api');
  expect(heard).toContain('restored open');
});
