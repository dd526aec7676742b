import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { checkoutFrame, ran, say, sayAll } from './harness.js';
import { inWorld } from './world.js';

let page: Page;
const { visit, openCheckout, settled, log } = inWorld((world) => {
  ({ page } = world);
});

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

  it('that has not begun ends as dismissed when the page takes the dialog away, and throws nothing', async () => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await visit();
    await openCheckout();
    await checkoutFrame(page);
    await page.evaluate('document.querySelector("dialog").remove()');
    expect(await settled()).toMatchObject({ status: 'dismissed', reason: 'navigation' });
    expect(await ran(page, 'gateway.close()')).toBe(true);
    expect(await ran(page, 'document.documentElement.style.overflow')).toBe('');
    expect(errors).toEqual([]);
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

describe('a frame that stops answering', () => {
  it('is loaded once more, where it finds its payment again, and goes on', async () => {
    await page.clock.install();
    await visit();
    await openCheckout();
    const frame = await checkoutFrame(page);
    const first = frame.url();
    await frame.evaluate('hung = true');
    // Two pings without an answer; the third beat loads the page again, under a new nonce.
    await page.clock.runFor(30_000);
    const again = await checkoutFrame(page);
    await again.waitForFunction((before) => location.href !== before && 'port' in window, first);
    await say(again, 'event', { name: 'payment.processing', data: { paymentId: 'pay_9' } });
    await say(again, 'lock');
    await page.waitForFunction('gateway.state === "locked"');
    // Beat by beat: the answer to each ping is in before the clock moves on (messages keep their order).
    await page.evaluate(`heard = 0, gateway.on('method.selected', () => heard++)`);
    for (let beat = 1; beat <= 6; beat++) {
      await page.clock.runFor(10_000);
      await say(again, 'event', { name: 'method.selected', data: { method: 'card' } });
      await page.waitForFunction(`heard === ${beat}`);
    }
    expect(await ran(page, 'settled')).toBe(0);
    expect(await page.locator('iframe').count()).toBe(1);
  });

  it('also after that is given up as a network error, and the shop has its page back', async () => {
    await page.clock.install();
    await visit();
    await openCheckout('{ orderId: "order_hung" }');
    const first = (await checkoutFrame(page)).url();
    await page.clock.runFor(30_000);
    const again = await checkoutFrame(page);
    await again.waitForFunction((before) => location.href !== before && 'port' in window, first);
    await page.clock.runFor(30_000);
    expect(await settled()).toMatchObject({ status: 'failed', error: { code: 'network_error' } });
    expect(await page.locator('dialog').count()).toBe(0);
  });
});

/** Twelve of what a page may say, in an order that follows from the seed. */
function anyTwelve(seed: number) {
  let state = seed * 2654435761;
  const next = (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
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
  return Array.from({ length: 12 }, () => all[next(all.length)] as { t: string; d?: unknown });
}

describe('the promise settles exactly once', () => {
  it('whatever order the events come in', async () => {
    await visit();
    const outcomes: Record<string, number> = {};
    for (let seed = 1; seed <= 25; seed++) {
      await openCheckout();
      const frame = await checkoutFrame(page);
      await sayAll(frame, [...anyTwelve(seed), { t: 'close', d: { reason: 'back' } }]);
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
