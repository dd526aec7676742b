import { render } from 'preact';
import { App } from './app.js';
import { Checkout } from './checkout.js';
import { OWN_SCREENS } from './screens/own.js';
import { applyTheme, isColor } from './theme.js';
import type { Boot, Method, Session } from './types.js';

/**
 * The page inside the dashboard's settings, with branding that is not saved yet. It is drawn by the same
 * components from a made-up order, and cannot pay: nothing here ever speaks to the API.
 */
class PreviewCheckout extends Checkout {
  override start(): void {}
  override async pay(): Promise<void> {}
}

const METHODS: Method[] = ['upi', 'card', 'netbanking', 'wallet'];
const NAME_LENGTH = 100;
const root = document.getElementById('root');
const boot = JSON.parse(document.getElementById('boot')?.textContent ?? 'null') as Boot | null;

/** What the dashboard sent, as far as it is of the known shapes. */
function brandedSession(session: Session, data: Record<string, unknown>): Session {
  const wished = Array.isArray(data.methods)
    ? METHODS.filter((one) => (data.methods as unknown[]).includes(one))
    : [];
  return {
    ...session,
    mode: data.mode === 'live' ? 'live' : 'test',
    merchant: {
      name:
        typeof data.name === 'string' && data.name ? data.name.slice(0, NAME_LENGTH) : session.merchant.name,
      primary_color: isColor(data.primary) ? data.primary : null,
    },
    methods: wished.length ? wished : session.methods,
  };
}

function start(target: HTMLElement, given: Boot, session: Session, dashboard: string): void {
  let checkout = new PreviewCheckout(given, session);
  const draw = () => {
    // Made anew: the state of the page begins with the session.
    render(null, target);
    target.replaceChildren();
    render(<App checkout={checkout} screens={OWN_SCREENS} />, target);
  };
  addEventListener('message', ({ source, origin, data }) => {
    if (source !== parent || origin !== dashboard || data?.pgw !== 'preview') return;
    const branded = brandedSession(session, data);
    const { style } = document.documentElement;
    style.removeProperty('--brand');
    style.removeProperty('--on-brand');
    applyTheme({ primary: branded.merchant.primary_color });
    const { method } = checkout.state;
    checkout = new PreviewCheckout(
      { ...given, ...(branded.methods.includes(method) && { method }) },
      branded,
    );
    draw();
  });
  draw();
  const tell = () => {
    // As much room below the page as above it.
    const box = document.querySelector('.content')?.getBoundingClientRect();
    const height = box ? Math.ceil(box.top + box.bottom + 2 * scrollY) : 0;
    parent.postMessage({ pgw: 'preview', height }, dashboard);
  };
  new ResizeObserver(tell).observe(document.body);
  tell();
  document.documentElement.dataset.ready = '';
}

if (root && boot?.session && boot.previewFor && parent !== window) {
  start(root, boot, boot.session, boot.previewFor);
}
