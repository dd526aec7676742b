// Plays checkout.razorpay.com/v1/checkout.js as far as a page can tell: an overlay with a frame of its own origin, a
// `<style>` beside it, `handler`, `ondismiss`, `payment.failed`, and in redirect mode a form that takes the page.
(() => {
  const BASE = new URL(document.currentScript.src).origin;
  let shown;

  const overlay = () => {
    const box = document.createElement('div');
    box.className = 'razorpay-container';
    box.innerHTML =
      '<style>.razorpay-container{transition:opacity .1s}@keyframes rzp-rot{to{transform:rotate(360deg)}}</style>';
    Object.assign(box.style, {
      position: 'fixed',
      inset: '0',
      width: '100%',
      height: '100%',
      zIndex: '2147483647',
      background: '#0009',
    });
    return box;
  };

  window.Razorpay = class Razorpay {
    #listeners = {};

    constructor(options) {
      if (!options?.key) throw new Error('No key passed');
      if (!/^order_\w+$/.test(options.order_id)) throw new Error('order_id is invalid');
      if (!Number.isInteger(options.amount) || options.amount < 1) throw new Error('Invalid amount');
      this.options = options;
    }

    on(name, listener) {
      if (name !== 'payment.failed') return;
      this.#listeners[name] = listener;
    }

    open() {
      if (shown) return;
      const { key, order_id, method = {}, redirect, callback_url, retry, name } = this.options;
      const query = { key_id: key, order_id, name: name ?? '', retry: String(retry?.enabled !== false) };
      for (const [one, on] of Object.entries(method)) if (on === false) query[`no_${one}`] = '1';
      if (redirect) return this.#redirect({ ...query, callback_url });
      const box = overlay();
      const frame = document.createElement('iframe');
      frame.className = 'razorpay-checkout-frame';
      frame.title = 'Razorpay Checkout';
      frame.allow = 'payment *; otp-credentials *';
      frame.style.cssText = 'border:0;width:100%;height:100%';
      frame.src = `${BASE}/js/checkout/public?${new URLSearchParams(query)}`;
      box.append(frame);
      document.body.append(box);
      this.hear = ({ source, origin, data }) => {
        if (source !== frame.contentWindow || origin !== BASE) return;
        if (data.type === 'failed') this.#listeners['payment.failed']?.({ error: data.error });
        if (data.type === 'dismiss') this.close();
        if (data.type === 'paid') {
          this.#gone();
          this.options.handler?.(data.response);
        }
      };
      addEventListener('message', this.hear);
      shown = box;
    }

    close() {
      if (!shown) return;
      this.#gone();
      this.options.modal?.ondismiss?.();
    }

    #gone() {
      removeEventListener('message', this.hear);
      shown?.remove();
      shown = undefined;
    }

    #redirect(fields) {
      if (!fields.callback_url) throw new Error('callback_url is required');
      const form = Object.assign(document.createElement('form'), {
        method: 'POST',
        action: `${BASE}/js/create/checkout`,
      });
      for (const [name, value] of Object.entries(fields)) {
        form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
      }
      document.body.append(form);
      form.submit();
    }
  };
})();
