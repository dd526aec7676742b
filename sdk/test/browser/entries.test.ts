import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { checkoutFrame, type Site, say, send } from './harness.js';
import { inWorld } from './world.js';

let page: Page;
let shop: Site;
let checkout: Site;
const { visit, log } = inWorld((world) => {
  ({ page, shop, checkout } = world);
});

describe('the no-code button', () => {
  it('opens, says the outcome as an event, and returns like redirect mode', async () => {
    await visit(
      {},
      `<button id=pay data-payment-gateway data-key=key_test_abc123 data-order-id=order_xyz data-callback-url="/thanks?order_id=A17&q=a+b%20c&list[]=1#end">Pay</button>`,
    );
    shop.routes['/thanks'] = (_, response) => send(response, 'text/html', '<!doctype html>thanks');
    await page.click('#pay');
    const frame = await checkoutFrame(page);
    await say(frame, 'success', {
      paymentId: 'pay_1',
      orderId: 'order_xyz',
      status: 'success',
      signature: 'sig',
    });
    await page.waitForURL('**/thanks?*');
    expect(page.url()).toBe(
      `${shop.origin}/thanks?order_id=A17&q=a+b%20c&list[]=1&payment_id=pay_1&order_id=order_xyz&status=success&signature=sig#end`,
    );
  });
});

describe('React', () => {
  it('in StrictMode opens once, leaves nothing on unmount, and mounts again', async () => {
    const bundle = await readFile('dist/test/react-shop.js', 'utf8');
    shop.routes['/react.js'] = (_, response) => send(response, 'text/javascript', bundle);
    shop.routes['/react'] = (_, response) =>
      send(
        response,
        'text/html',
        '<!doctype html><title>t</title><div id=root></div><script src=/react.js></script>',
      );
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${shop.origin}/react?checkout=${checkout.origin}`);
    for (let round = 0; round < 2; round++) {
      await page.click('#open');
      await checkoutFrame(page);
      expect(await page.locator('iframe').count()).toBe(1);
      await page.waitForFunction(`document.querySelector('output').textContent === 'open'`);
      await page.evaluate('unmount()');
      await page.waitForFunction(`!document.querySelector('dialog')`);
      await page.evaluate('unmount()');
    }
    await page.click('#pay-button');
    await checkoutFrame(page);
    expect(await page.locator('#pay-button').isDisabled()).toBe(true);
    expect(await log()).toEqual(['dismiss api', 'result dismissed', 'dismiss api', 'result dismissed']);
    expect(errors).toEqual([]);
  });
});
