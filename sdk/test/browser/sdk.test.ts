import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  checkoutFrame,
  launch,
  ran,
  SHOP_SCRIPT,
  type Site,
  say,
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
  [browser, shop, checkout] = await Promise.all([launch(), serveShop(), serveCheckout()]);
  shop.routes['/shop.js'] = (_, response) => send(response, 'text/javascript', SHOP_SCRIPT);
});
afterAll(async () => {
  await browser?.close();
  shop?.close();
  checkout?.close();
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
});
afterEach(() => context.close());

/** Opens the shop, with these response headers if a test needs some. */
async function visit(headers: Record<string, string> = {}, body = ''): Promise<void> {
  shop.routes['/'] = (_, response) => send(response, 'text/html', shopPage(checkout.origin, body), headers);
  await page.goto(`${shop.origin}/`);
}

const openCheckout = (options = '{}') => page.evaluate(`openCheckout(${options})`);
const settled = () =>
  page.waitForFunction('window.settled === 1').then(() => ran<{ status: string }>(page, 'result'));
const log = () => ran<unknown[][]>(page, 'log');

describe('the modal', () => {
  it('has the element and test ids of the contract, and is gone after close()', async () => {
    await visit();
    await openCheckout();
    await checkoutFrame(page);
    await page.locator('div#payment-gateway-modal[data-test-id=payment-modal]').waitFor({ state: 'visible' });
    await page.locator('button[data-test-id=close-modal-button]').waitFor({ state: 'visible' });
    await page.waitForFunction('log.some(([name]) => name === "ready")');
    expect(await ran(page, 'gateway.state')).toBe('open');
    expect(await ran(page, 'gateway.close()')).toBe(true);
    expect(await page.locator('#payment-gateway-modal').count()).toBe(0);
    expect(await settled()).toMatchObject({ status: 'dismissed', reason: 'api' });
    expect(await log()).toEqual([['ready'], ['dismiss', 'api'], ['close']]);
  });

  it('carries the sandbox that UPI links need, and never a wildcard', async () => {
    await visit();
    await openCheckout();
    const frame = page.locator('iframe[data-test-id=payment-iframe]');
    expect(await frame.getAttribute('sandbox')).toContain('allow-top-navigation-to-custom-protocols');
    expect(await frame.getAttribute('referrerpolicy')).toBe('strict-origin');
    const source = await (
      await fetch(`${checkout.origin.replace('localhost', '127.0.0.1')}/checkout.js`)
    ).text();
    expect(source).not.toMatch(/postMessage\([^)]*["']\*["']/);
    expect(source).not.toMatch(/innerHTML|insertAdjacentHTML|\beval\(|new Function/);
  });

  it('gives each opening one result, and a new one after it has closed', async () => {
    await visit();
    await openCheckout();
    await checkoutFrame(page);
    expect(await ran(page, 'gateway.open() === gateway.open()')).toBe(true);
    expect(await page.locator('iframe').count()).toBe(1);
    await page.click('[data-test-id=close-modal-button]');
    expect(await settled()).toMatchObject({ status: 'dismissed', reason: 'close_button' });
    await page.evaluate('void gateway.open()');
    await checkoutFrame(page);
  });

  it('closes by Escape with the focus in the shop part and in the frame', async () => {
    await visit();
    await openCheckout();
    await checkoutFrame(page);
    await page.waitForFunction('log.some(([name]) => name === "ready")');
    await page.focus('[data-test-id=close-modal-button]');
    await page.keyboard.press('Escape');
    expect(await settled()).toMatchObject({ status: 'dismissed', reason: 'escape' });
    await openCheckout();
    const frame = await checkoutFrame(page);
    await frame.focus('#c');
    await page.keyboard.press('Escape');
    expect(await settled()).toMatchObject({ status: 'dismissed', reason: 'escape' });
  });

  it('keeps the focus inside and gives it back', async () => {
    await visit();
    await page.focus('#before');
    await openCheckout();
    await checkoutFrame(page);
    await page.waitForFunction('log.some(([name]) => name === "ready")');
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab');
      const where = await ran<string>(page, 'document.activeElement.id');
      expect(['before', 'after', 'box']).not.toContain(where);
    }
    await page.evaluate(`document.getElementById('after').focus()`);
    expect(await ran(page, 'document.activeElement.id')).not.toBe('after');
    await page.evaluate('gateway.close()');
    expect(await ran(page, 'document.activeElement.id')).toBe('before');
  });

  it('fills a phone, and is a card on a desktop that follows the content', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await visit();
    await openCheckout();
    const frame = await checkoutFrame(page);
    expect(await page.locator('iframe').boundingBox()).toMatchObject({ x: 0, y: 0, width: 390, height: 844 });
    await page.setViewportSize({ width: 1280, height: 800 });
    await say(frame, 'resize', { height: 500 });
    await page.waitForFunction(`document.querySelector('iframe').offsetHeight === 500`);
    expect(await page.locator('#payment-gateway-modal').boundingBox()).toMatchObject({
      width: 440,
      height: 500,
    });
    await say(frame, 'resize', { height: 5000 });
    await page.waitForFunction(`document.querySelector('iframe').offsetHeight === 768`);
  });

  it('stops the page from scrolling and puts it back', async () => {
    await visit();
    await page.evaluate('scrollTo(0, 700)');
    await openCheckout();
    await checkoutFrame(page);
    expect(await ran(page, 'getComputedStyle(document.documentElement).overflow')).toBe('hidden');
    await page.evaluate('gateway.close()');
    expect(await ran(page, '[scrollY, document.documentElement.style.overflow]')).toEqual([700, '']);
  });
});

describe('messages', () => {
  it('reach the callbacks and the promise', async () => {
    await visit();
    await openCheckout();
    const frame = await checkoutFrame(page);
    await say(frame, 'failed', { code: 'payment_declined', message: 'Declined', final: false, attempt: 1 });
    await say(frame, 'success', {
      paymentId: 'pay_1',
      orderId: 'order_xyz',
      status: 'success',
      amount: 50000,
      currency: 'INR',
      method: 'card',
      signature: 'abc',
    });
    expect(await settled()).toMatchObject({
      status: 'success',
      payment: { paymentId: 'pay_1', signature: 'abc' },
    });
    expect(await log()).toEqual([['ready'], ['failure', 'payment_declined', false], ['success', 'pay_1']]);
    await say(frame, 'close', { reason: 'api' });
    await page.waitForFunction('gateway.state === "closed"');
    expect((await log()).at(-1)).toEqual(['close']);
  });

  it('of success for another order have no effect', async () => {
    await visit();
    await openCheckout();
    const frame = await checkoutFrame(page);
    await say(frame, 'success', { paymentId: 'pay_1', orderId: 'order_other', signature: 'abc' });
    await say(frame, 'close', { reason: 'back' });
    expect(await settled()).toMatchObject({ status: 'dismissed', reason: 'back' });
  });

  it('from the page itself, an opener and a stranger have no effect', async () => {
    await visit({}, '<iframe id=stranger srcdoc="<p>ad</p>"></iframe>');
    await openCheckout('{ orderId: "order_late" }');
    const frame = await checkoutFrame(page);
    const nonce = new URL(frame.url()).searchParams.get('n');
    const shapes = HOSTILE.map((shape) => ({ ...(shape as object), n: nonce }));
    await page.evaluate((all) => {
      const stranger = document.getElementById('stranger') as HTMLIFrameElement;
      for (const data of all) {
        postMessage(data, '*');
        const script = stranger.contentDocument?.createElement('script');
        if (!script) throw new Error('no stranger');
        script.textContent = `parent.postMessage(${JSON.stringify(data)}, '*')`;
        stranger.contentDocument?.body.append(script);
      }
    }, shapes);
    // The order of tasks is kept: when the true ready has arrived, the forged ones have too.
    await say(frame, 'ready', {});
    await page.waitForFunction('log.length > 0');
    expect(await log()).toEqual([['ready']]);
    expect(await ran(page, 'settled')).toBe(0);
  });

  it('hand the frame no function, no card field and no secret', async () => {
    await visit();
    await openCheckout('{ prefill: { name: "Asha" }, theme: { primary: "#0a7" }, container: document.body }');
    const frame = await checkoutFrame(page);
    expect(await frame.evaluate('config')).toMatchObject({ prefill: { name: 'Asha' }, orderId: 'order_xyz' });
    await page.evaluate('gateway.update({ theme: { mode: "dark" } })');
    await frame.waitForFunction('received.some(({ t, d }) => t === "update" && d.theme.mode === "dark")');
  });
});

/** Twenty things a hostile page might say. */
const HOSTILE: unknown[] = [
  { pgw: 'hello', v: 1 },
  { pgw: 'hello', v: 99 },
  { pgw: 'hello-error', v: 1, code: 'order_paid', message: 'x' },
  { pgw: 'hello-error', v: 1, code: 'origin_not_allowed' },
  { pgw: 'init', v: 1, config: {} },
  { t: 'success', d: { paymentId: 'pay_x', orderId: 'order_late', signature: 'f' } },
  { t: 'failed', d: { code: 'payment_declined', message: 'x', final: true } },
  { t: 'close', d: { reason: 'api' } },
  { t: 'lock' },
  { t: 'unlock' },
  { t: 'ready', d: {} },
  { t: 'resize', d: { height: 1 } },
  { t: 'event', d: { name: 'payment.success', data: {} } },
  { t: 'stay' },
  { type: 'payment_success', data: { paymentId: 'pay_x' } },
  { type: 'payment_failed', data: {} },
  { type: 'close_modal' },
  { pgw: 'hello', v: 1, __proto__: { polluted: true } },
  { event: 'onSuccess', payload: 'pay_x' },
  { pgw: ['hello'], v: 1 },
];

describe('a payment that is being made', () => {
  it('refuses close(), asks the frame, and leaves as processing', async () => {
    await visit();
    await openCheckout();
    const frame = await checkoutFrame(page);
    await say(frame, 'lock');
    await say(frame, 'event', { name: 'payment.processing', data: { paymentId: 'pay_9' } });
    await page.waitForFunction('gateway.state === "locked"');
    expect(await ran(page, 'gateway.close()')).toBe(false);
    expect(await page.locator('iframe').count()).toBe(1);
    await say(frame, 'close', { reason: 'close_button', paymentId: 'pay_9' });
    expect(await settled()).toEqual({ status: 'processing', paymentId: 'pay_9', orderId: 'order_xyz' });
    expect(await log()).toEqual([['ready'], ['close']]);
  });

  it('survives a frame that says "stay", and a hung frame is closed after a second', async () => {
    await visit();
    await openCheckout();
    const frame = await checkoutFrame(page);
    await frame.evaluate('silent = true');
    await page.click('[data-test-id=close-modal-button]');
    await frame.waitForFunction('received.some(({ t }) => t === "close?")');
    await say(frame, 'stay');
    await say(frame, 'failed', { code: 'payment_declined', message: 'seen', final: false });
    await page.waitForFunction('log.length === 2');
    expect(await page.locator('iframe').count()).toBe(1);
    await page.click('[data-test-id=close-modal-button]');
    expect(await settled()).toMatchObject({ status: 'dismissed', reason: 'close_button' });
  });

  it('ends as processing when destroy() or the page takes the dialog away', async () => {
    for (const remove of ['gateway.destroy()', 'document.querySelector("dialog").remove()']) {
      await visit();
      await openCheckout();
      const frame = await checkoutFrame(page);
      await say(frame, 'event', { name: 'payment.processing', data: { paymentId: 'pay_9' } });
      await say(frame, 'lock');
      await page.waitForFunction('gateway.state === "locked"');
      await page.evaluate(remove);
      expect(await settled()).toMatchObject({ status: 'processing', paymentId: 'pay_9' });
    }
  });
});

describe('the promise settles exactly once', () => {
  it('whatever order the events come in', async () => {
    await visit();
    const outcomes: Record<string, number> = {};
    for (let seed = 1; seed <= 25; seed++) {
      await openCheckout();
      const frame = await checkoutFrame(page);
      await frame.evaluate((start) => {
        let state = start * 2654435761;
        const next = (n: number) => {
          state = (state * 1664525 + 1013904223) >>> 0;
          return Math.floor((state / 2 ** 32) * n);
        };
        const success = { paymentId: 'pay_1', orderId: 'order_xyz', signature: 's' };
        const all = [
          { t: 'lock' },
          { t: 'unlock' },
          { t: 'ready' },
          { t: 'success', d: success },
          { t: 'failed', d: { code: 'payment_declined', message: 'x', final: false } },
          { t: 'failed', d: { code: 'order_expired', message: 'x', final: true } },
          { t: 'close', d: { reason: 'back' } },
          { t: 'close', d: { reason: 'back', paymentId: 'pay_1' } },
        ];
        const { port } = window as unknown as { port: MessagePort };
        // After the answer, as in say(): these close the checkout.
        setTimeout(() => {
          for (let i = 0; i < 12; i++) port.postMessage(all[next(all.length)]);
          port.postMessage({ t: 'close', d: { reason: 'back' } });
        });
      }, seed);
      const result = await settled();
      outcomes[result.status] = (outcomes[result.status] ?? 0) + 1;
      await page.waitForFunction('gateway.state === "closed"');
      expect(await ran(page, 'settled')).toBe(1);
      expect(await page.locator('dialog').count()).toBe(0);
    }
    expect(Object.keys(outcomes).sort()).toEqual(['dismissed', 'failed', 'processing', 'success']);
  });

  it('when it is destroyed while loading', async () => {
    await visit();
    await page.evaluate('openCheckout(), gateway.destroy()');
    expect(await settled()).toMatchObject({ status: 'dismissed', reason: 'api' });
    expect(await page.locator('dialog').count()).toBe(0);
    expect(await ran(page, 'gateway.open().then((r) => r.status)')).toBe('dismissed');
  });
});

describe('two instances', () => {
  it('get a named error for the second modal, and the first stays', async () => {
    await visit();
    await openCheckout();
    await checkoutFrame(page);
    const status = await ran(
      page,
      `new PaymentGateway({ key: 'key_test_abc123', orderId: 'order_2' }).open().then((r) => r.error.code)`,
    );
    expect(status).toBe('already_open');
    expect(await page.locator('iframe').count()).toBe(1);
  });

  it('live beside each other inline', async () => {
    await visit({}, '<div id=one></div><div id=two></div>');
    for (const id of ['one', 'two']) await openCheckout(`{ mode: 'inline', container: '#${id}' }`);
    for (const id of ['one', 'two']) {
      const handle = await page.waitForSelector(`#${id} iframe`);
      const frame = await handle.contentFrame();
      await frame?.waitForFunction(() => 'port' in window);
      if (frame) await say(frame, 'resize', { height: 333 });
      await page.waitForFunction(`document.querySelector('#${id} iframe').offsetHeight === 333`);
    }
  });
});

describe('the no-code button', () => {
  it('opens, says the outcome as an event, and returns like redirect mode', async () => {
    await visit(
      {},
      `<button id=pay data-payment-gateway data-key=key_test_abc123 data-order-id=order_xyz data-callback-url="/thanks?a=1">Pay</button>`,
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
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      a: '1',
      payment_id: 'pay_1',
      order_id: 'order_xyz',
      status: 'success',
      signature: 'sig',
    });
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
