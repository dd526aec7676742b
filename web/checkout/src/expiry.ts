import type { Core } from './core.js';

/** Seconds before the order's end from which the shopper is warned (WCAG 2.2.1 wants at least 20). */
const WARNING = 60;

/** Once a second, and at once when the page wakes: a timer in a sleeping tab is late, the clock is not. */
export function watchExpiry(core: Core, expired: () => void): void {
  let warned = false;
  const tick = () => {
    const { expiresAt, view, busy, secondsLeft: shown } = core.state;
    if (!expiresAt || view !== 'form') return;
    const secondsLeft = Math.ceil((Date.parse(expiresAt) - core.now()) / 1000);
    if (secondsLeft <= 0 && !busy) return expired();
    if (secondsLeft > WARNING) {
      warned = false;
      return;
    }
    if (!warned) core.parent.send('event', { name: 'expiring', data: { secondsLeft } });
    warned = true;
    if (secondsLeft !== shown) core.set({ secondsLeft });
  };
  setInterval(tick, 1000);
  document.addEventListener('visibilitychange', tick);
  addEventListener('pageshow', tick);
  tick();
}
