import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { checkoutFrame, ran, say } from './harness.js';
import { inWorld } from './world.js';

let page: Page;
const { visit, openCheckout, settled, log } = inWorld((world) => {
  ({ page } = world);
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
