// Plays js.stripe.com as far as a page can tell: fields in a frame of its own origin, 3-D Secure over the page or by
// taking the top window, and answers of `confirmPayment` as Stripe words them. It sends no CORP header.
(() => {
  const BASE = new URL(document.currentScript.src).origin;

  class IntegrationError extends Error {
    name = 'IntegrationError';
  }

  const only = (what, options, known) => {
    for (const name of Object.keys(options)) {
      if (!known.includes(name)) throw new IntegrationError(`Unrecognized ${what} parameter: ${name}`);
    }
  };

  const requireSecret = (secret) => {
    if (!/^pi_\w+_secret_\w+$/.test(secret)) throw new IntegrationError('Invalid value for clientSecret');
  };

  /** What `kind` the frame says next. */
  const next = (frame, ...kinds) =>
    new Promise((resolve) => {
      const hear = ({ source, origin, data }) => {
        if (source !== frame.contentWindow || origin !== BASE || !kinds.includes(data?.type)) return;
        removeEventListener('message', hear);
        resolve(data);
      };
      addEventListener('message', hear);
    });

  class PaymentElement {
    #listeners = {};

    constructor(key, group, options) {
      only('create', options, [
        'layout',
        'defaultValues',
        'business',
        'fields',
        'terms',
        'wallets',
        'readOnly',
      ]);
      this.key = key;
      this.group = group;
    }

    on(name, listener) {
      this.#listeners[name] = [...(this.#listeners[name] ?? []), listener];
      return this;
    }

    tell(name, data = {}) {
      for (const listener of this.#listeners[name] ?? []) listener({ elementType: 'payment', ...data });
    }

    mount(at) {
      const parent = typeof at === 'string' ? document.querySelector(at) : at;
      if (!parent?.isConnected) throw new IntegrationError('Invalid DOM element: it is not in the page');
      const frame = document.createElement('iframe');
      frame.title = 'Secure payment input frame';
      frame.allow = 'payment *';
      frame.style.cssText = 'border:0;width:100%;height:0;display:block;color-scheme:light only';
      const query = new URLSearchParams({ key: this.key, client_secret: this.group.clientSecret });
      frame.src = `${BASE}/js/element?${query}&theme=${this.group.appearance?.theme ?? 'stripe'}`;
      this.frame = frame;
      this.hear = ({ source, origin, data }) => {
        if (source !== frame.contentWindow || origin !== BASE) return;
        if (data.type === 'loaderror') this.tell('loaderror', { error: data.error });
        if (data.type === 'ready') {
          frame.style.height = `${data.height}px`;
          this.tell('ready');
        }
        if (data.type === 'change') this.tell('change', { empty: data.empty, complete: data.complete });
        if (data.type === 'escape') this.tell('escape');
      };
      addEventListener('message', this.hear);
      parent.replaceChildren(frame);
    }

    destroy() {
      removeEventListener('message', this.hear);
      this.frame?.remove();
      this.frame = undefined;
    }
  }

  const elementsOf = (key) => (options) => {
    only('elements', options, [
      'clientSecret',
      'appearance',
      'locale',
      'fonts',
      'loader',
      'customerSessionClientSecret',
    ]);
    requireSecret(options.clientSecret);
    let element;
    return {
      get element() {
        return element;
      },
      ...options,
      create(type, more = {}) {
        if (type !== 'payment') throw new IntegrationError(`Unknown element ${type}`);
        if (element) throw new IntegrationError('Can only create one Element of type payment');
        element = new PaymentElement(key, options, more);
        return element;
      },
    };
  };

  const PHONE = /Android|iPhone|iPad/.test(navigator.userAgent);

  /** 3-D Secure, or a code of UPI, over the page in a frame. */
  const over = async (title, url) => {
    const frame = document.createElement('iframe');
    frame.title = title;
    frame.style.cssText = 'position:fixed;inset:0;width:100%;height:100%;border:0;z-index:2147483647';
    frame.src = url;
    document.body.append(frame);
    await next(frame, 'authenticated');
    frame.remove();
  };

  window.Stripe = (key, options = {}) => {
    if (!/^pk_(test|live)_\w+$/.test(key))
      throw new IntegrationError('Please call Stripe() with your publishable key.');
    only('Stripe()', options, ['locale', 'stripeAccount', 'apiVersion', 'betas']);

    const retrievePaymentIntent = async (secret) => {
      requireSecret(secret);
      const answer = await fetch(`${BASE}/js/intent?${new URLSearchParams({ key, client_secret: secret })}`);
      return answer.json();
    };

    const ended = async (secret) => {
      const now = await retrievePaymentIntent(secret);
      const { status, last_payment_error } = now.paymentIntent ?? {};
      if (status !== 'requires_payment_method') return now;
      return { error: { ...last_payment_error, payment_intent: now.paymentIntent } };
    };

    const confirmPayment = async ({
      elements,
      clientSecret,
      confirmParams = {},
      redirect = 'always',
      ...rest
    }) => {
      only('confirmPayment()', rest, []);
      const { return_url } = confirmParams;
      if (!return_url && redirect !== 'if_required')
        throw new IntegrationError('confirmParams.return_url is required');
      if (return_url) new URL(return_url);
      const secret = clientSecret ?? elements.clientSecret;
      const { frame } = elements.element ?? {};
      if (!frame) throw new IntegrationError('The Payment Element is not mounted');
      const answered = next(frame, 'confirmed');
      frame.contentWindow.postMessage({ type: 'confirm', return_url }, BASE);
      const { error, paymentIntent } = await answered;
      if (error) return { error };
      const action = paymentIntent.next_action;
      if (action?.type === 'redirect_to_url') {
        window.top.location.href = action.redirect_to_url.url;
        return new Promise(() => {});
      }
      if (action?.type === 'use_stripe_sdk') {
        await over('3-D Secure', action.use_stripe_sdk.stripe_js);
        return ended(secret);
      }
      if (action?.type === 'upi_handle_redirect_or_display_qr_code') {
        const { hosted_instructions_url } = action.upi_handle_redirect_or_display_qr_code;
        if (PHONE) {
          window.top.location.href = hosted_instructions_url;
          return new Promise(() => {});
        }
        await over('UPI QR code', hosted_instructions_url);
        // Closed by the shopper it still requires the action.
        return ended(secret);
      }
      if (redirect === 'always') window.top.location.href = return_url;
      return { paymentIntent };
    };

    return { elements: elementsOf(key), retrievePaymentIntent, confirmPayment };
  };
})();
