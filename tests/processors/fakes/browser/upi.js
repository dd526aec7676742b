// What a form does that is paid by UPI: on a desktop it shows a code, on a phone links to apps; then it asks until the
// bank has answered. Nothing is asked while the shopper is away in the app. The forms' own pages load it.
(() => {
  const PHONE = /Android|iPhone|iPad/.test(navigator.userAgent);
  const APPS = { phonepe: 'phonepe://pay', gpay: 'gpay://upi/pay', paytm: 'paytmmp://pay', any: 'upi://pay' };
  const NAMES = { phonepe: 'PhonePe', gpay: 'Google Pay', paytm: 'Paytm', any: 'Another app' };

  const make = (name, fields) => Object.assign(document.createElement(name), fields);

  /** Until the page is seen. */
  const seen = () =>
    new Promise((resolve) => {
      const look = () => {
        if (document.visibilityState === 'hidden') return;
        document.removeEventListener('visibilitychange', look);
        resolve();
      };
      document.addEventListener('visibilitychange', look);
      look();
    });

  /** Squares that depend on the link; no app could read them. */
  const draw = (link) => {
    let path = '';
    for (let one = 0; one < 441; one++) {
      const here = link.charCodeAt(one % link.length) * (one + 7);
      if (here % 5 < 2) path += `M${one % 21} ${Math.floor(one / 21)}h1v1h-1z`;
    }
    return `<svg viewBox="-2 -2 25 25" width="200" role="img" aria-label="UPI QR code" style="background:#fff"><path d="${path}"/></svg>`;
  };

  /** `begin(channel)` answers `{link, payment_id}` or `{error}`, `ask(payment_id)` `{waits: true}` or the end, which `end` is told. */
  window.payByUpi = ({ place, begin, ask, end }) => {
    let round = 0;

    const watch = async (payment, mine) => {
      while (mine === round) {
        await seen();
        const answer = await ask(payment).catch(() => ({ waits: true }));
        if (mine !== round) return;
        if (!answer.waits) return end(answer);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };

    const start = async (channel, show) => {
      const mine = ++round;
      const { error, link, payment_id } = await begin(channel);
      if (error) return end({ error });
      show(link);
      void watch(payment_id, mine);
    };

    const code = () =>
      start('qrcode', (link) => {
        const shown = make('div', { id: 'code', innerHTML: draw(link) });
        shown.dataset.link = link;
        const again = make('button', { id: 'again', textContent: 'Show a new code', onclick: code });
        place.replaceChildren(make('p', { textContent: 'Scan it with any UPI app' }), shown, again);
      });

    if (!PHONE) return code();
    const links = Object.entries(APPS).map(([app, address]) => {
      const one = make('button', { textContent: NAMES[app] });
      one.dataset.app = app;
      one.onclick = () =>
        start('link', (link) => {
          place.dataset.opened = link.replace('upi://pay', address);
          location.href = place.dataset.opened;
        });
      return one;
    });
    place.replaceChildren(make('p', { textContent: 'Pay with an app' }), ...links);
  };
})();
