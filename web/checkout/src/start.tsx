import { hydrate, render } from 'preact';
import { Api } from './api.js';
import { App, type Screens } from './app.js';
import { Checkout } from './checkout.js';
import { told } from './core.js';
import { Parent } from './parent.js';
import { applyTheme } from './theme.js';
import type { Boot, Session } from './types.js';

/** In a frame the shop's script says it, in the console of the shop's page. */
function tellDeveloper({ details, frame }: Boot): void {
  for (const [code, text] of frame ? [] : Object.entries(details ?? {})) {
    console.error('PaymentGateway', code, text);
  }
}

/** With the server's session the page is drawn already; a static shell asks the API first. */
async function start(target: HTMLElement, given: Boot, screens: Screens): Promise<void> {
  if (given.problem || !given.session) return startWithoutSession(target, given, screens);
  const checkout = new Checkout(given, given.session);
  hydrate(<App checkout={checkout} screens={screens} />, target);
  run(checkout);
}

function run(checkout: Checkout): void {
  checkout.start();
  const page = document.querySelector('.content');
  if (page && checkout.parent.framed) {
    new ResizeObserver(() => checkout.parent.send('resize', { height: page.scrollHeight })).observe(page);
  }
  document.documentElement.dataset.ready = '';
}

async function startWithoutSession(target: HTMLElement, given: Boot, screens: Screens): Promise<void> {
  const query = new URLSearchParams(location.search);
  if (given.problem) {
    const parent = new Parent(given.frame, { init() {}, update() {}, closing: (reason) => leave(reason) });
    const leave = (reason: string) => parent.send('close', { reason });
    parent.hello(given.problem, told(given, given.problem));
    parent.send('ready', {
      title: given.messages['frame.title'],
      close: given.messages.close,
      dir: given.dir,
    });
    document.getElementById('leave')?.addEventListener('click', () => leave('back'));
    document.documentElement.dataset.ready = '';
    return;
  }
  // A static shell cannot say who may frame it, so it only serves as a page of its own.
  const session = await new Api(given.apiUrl).session(query.get('order_id') ?? '').catch(() => undefined);
  if (!session) {
    target.textContent = given.messages['problem.order_not_found'] ?? '';
    return;
  }
  if (session.form && given.fields && !screens.fields) return void (await import(given.fields));
  const checkout = new Checkout(given, session as Session);
  applyTheme({ primary: session.merchant.primary_color });
  render(<App checkout={checkout} screens={screens} />, target);
  run(checkout);
}

/** The page comes alive: as what the server has drawn, or as what the API says. */
export function startPage(screens: Screens): void {
  const root = document.getElementById('root');
  const boot = JSON.parse(document.getElementById('boot')?.textContent ?? 'null') as Boot | null;
  if (!root || !boot) return;
  tellDeveloper(boot);
  void start(root, boot, screens);
}
