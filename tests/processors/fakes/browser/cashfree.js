// Plays sdk.cashfree.com/js/v3/cashfree.js as far as a page can tell: `checkout` in a frame over the page, into which
// the session is posted by a form, or with the whole page; a promise that says how it ended. It has no way to close it.
(() => {
  const BASE = new URL(document.currentScript.src).origin;

  const post = (target, fields) => {
    const form = Object.assign(document.createElement('form'), {
      method: 'POST',
      action: `${BASE}/js/sessions`,
      target,
    });
    for (const [name, value] of Object.entries(fields)) {
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    }
    document.body.append(form);
    form.submit();
    form.remove();
  };

  const over = (session) =>
    new Promise((resolve) => {
      const box = document.createElement('div');
      box.innerHTML = '<style>.cf-modal{animation:none}</style>';
      Object.assign(box.style, { position: 'fixed', inset: '0', zIndex: '2147483647', background: '#0009' });
      const frame = document.createElement('iframe');
      frame.name = 'cashfree-frame';
      frame.title = 'Cashfree Checkout';
      frame.style.cssText = 'border:0;width:100%;height:100%';
      box.append(frame);
      document.body.append(box);
      const hear = ({ source, origin, data }) => {
        if (source !== frame.contentWindow || origin !== BASE || !['paid', 'dismiss'].includes(data?.type))
          return;
        removeEventListener('message', hear);
        box.remove();
        if (data.type === 'paid')
          resolve({ paymentDetails: { paymentMessage: 'Payment finished. Check status.' } });
        else resolve({ error: { code: 'payment_aborted', message: 'Payment was aborted.' } });
      };
      addEventListener('message', hear);
      post(frame.name, { order_id: session, name: 'Cashfree' });
    });

  window.Cashfree = ({ mode }) => {
    if (!['sandbox', 'production'].includes(mode)) throw new Error('mode should be sandbox or production');
    return {
      async checkout({ paymentSessionId, redirectTarget = '_self', returnUrl }) {
        if (!/^session_/.test(paymentSessionId)) throw new Error('paymentSessionId is invalid');
        if (redirectTarget === '_modal') return over(paymentSessionId);
        post('_self', { order_id: paymentSessionId, name: 'Cashfree', callback_url: returnUrl });
        return { redirect: true };
      },
    };
  };
})();
