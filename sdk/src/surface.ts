import type { DismissReason, PaymentGatewayOptions } from './types.js';

const CSS = `
[data-pgw]{all:initial;display:block;box-sizing:border-box;width:100%;height:100%}
dialog[data-pgw]{position:fixed;inset:0;color-scheme:light dark}
dialog[data-pgw]::backdrop{background:#0b1020a8}
div[data-pgw]{position:relative;overflow:hidden}
div[data-pgw=inline]{height:var(--pgw-h,480px)}
div[data-pgw=modal]{background:light-dark(#fff,#14171f);box-shadow:0 24px 64px #0008}
div[data-wait]::after{content:"";position:absolute;inset:0;margin:auto;width:28px;height:28px;border:3px solid #8884;border-top-color:#5b6ef5;border-radius:50%;animation:pgw 1s linear infinite}
@media(prefers-reduced-motion){div[data-wait]::after{animation:none}}
button[data-pgw]{position:absolute;top:8px;inset-inline-end:8px;width:44px;height:44px;border-radius:50%;cursor:pointer;font:26px/44px system-ui;text-align:center;color:light-dark(#475069,#aab2c5)}
button[data-pgw]:hover{background:#8882}
button[data-pgw]:focus-visible{outline:3px solid #5b6ef5}
@keyframes pgw{to{rotate:1turn}}
@media(min-width:481px){dialog[data-pgw]{padding-top:max(16px,50vh - 380px)}div[data-pgw=modal]{margin:auto;width:440px;height:min(var(--pgw-h,640px),100% - 16px);border-radius:16px}}
`;

let sheet: CSSStyleSheet | undefined;

/** A constructed sheet passes a `style-src` without 'unsafe-inline'; a style element would not. */
function addStyles(): void {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  if (!document.adoptedStyleSheets.includes(sheet)) {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string>,
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

const SANDBOX =
  'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox ' +
  'allow-top-navigation-by-user-activation allow-top-navigation-to-custom-protocols';

/** `local`: a test checkout on a private address needs leave from Chrome 142 on when the page is public. */
export function createFrame(local: boolean): HTMLIFrameElement {
  return element('iframe', {
    'data-pgw': '',
    'data-test-id': 'payment-iframe',
    title: 'Secure payment',
    sandbox: SANDBOX,
    allow: `payment; publickey-credentials-get; clipboard-write${local ? '; loopback-network; local-network' : ''}`,
    referrerpolicy: 'strict-origin',
  });
}

/** The part of the merchant's page that holds the frame. */
export interface Surface {
  root: HTMLElement;
  /** Height the content asks for, CSS pixels. */
  resize(height: number): void;
  /** The checkout is up: end the spinner, take its language, move the focus in. */
  ready(labels: { title?: string; close?: string; dir?: string }): void;
  /** Brings back a dialog that the browser closed by itself. False once it is gone. */
  show(): void;
  remove(): void;
}

function boxOf(kind: 'modal' | 'inline', frame: HTMLIFrameElement): HTMLDivElement {
  const box = element('div', { 'data-pgw': kind, 'data-wait': '', 'data-test-id': `payment-${kind}` });
  box.append(frame);
  return box;
}

function resizer(box: HTMLElement): (height: number) => void {
  return (height) => {
    if (height > 0 && height < 20000) box.style.setProperty('--pgw-h', `${Math.ceil(height)}px`);
  };
}

export function mountInline(frame: HTMLIFrameElement, container: Element): Surface {
  addStyles();
  const box = boxOf('inline', frame);
  container.append(box);
  return {
    root: box,
    resize: resizer(box),
    ready({ title }) {
      box.removeAttribute('data-wait');
      if (title) frame.title = title;
    },
    show() {},
    remove: () => box.remove(),
  };
}

/**
 * A native modal dialog: everything outside is inert, and the focus goes back where it was.
 * `ask` is told that the shopper wants out, `gone` that the browser closed the dialog by itself.
 */
export function mountModal(
  frame: HTMLIFrameElement,
  { closeOnBackdrop, closeOnEscape }: NonNullable<PaymentGatewayOptions['modal']>,
  ask: (reason: DismissReason) => void,
  gone: () => void,
): Surface {
  addStyles();
  const dialog = element('dialog', { 'data-pgw': '', 'aria-label': frame.title, closedby: 'none' });
  const box = boxOf('modal', frame);
  box.id = 'payment-gateway-modal';
  const close = element('button', {
    'data-pgw': '',
    'data-test-id': 'close-modal-button',
    type: 'button',
    'aria-label': 'Close',
  });
  close.textContent = '×';
  box.prepend(close);
  dialog.append(box);
  const onEscape = (event: Event) => {
    event.preventDefault();
    if (closeOnEscape !== false) ask('escape');
  };
  close.onclick = () => ask('close_button');
  dialog.onclick = (event) => event.target === dialog && closeOnBackdrop && ask('backdrop');
  // Where `closedby` is not known Escape arrives as `cancel`, elsewhere only as a key.
  dialog.oncancel = onEscape;
  dialog.onkeydown = (event) => event.key === 'Escape' && onEscape(event);
  dialog.onclose = gone;
  document.body.append(dialog);
  const { style } = document.documentElement;
  const [overflow, x, y] = [style.overflow, scrollX, scrollY];
  style.overflow = 'hidden';
  dialog.showModal();
  return {
    root: dialog,
    resize: resizer(box),
    ready({ title, close: label, dir }) {
      box.removeAttribute('data-wait');
      if (dir) box.dir = dir;
      if (label) close.ariaLabel = label;
      if (title) dialog.ariaLabel = frame.title = title;
      frame.focus();
    },
    show: () => dialog.isConnected && !dialog.open && dialog.showModal(),
    remove() {
      dialog.onclose = null;
      if (dialog.open) dialog.close();
      dialog.remove();
      style.overflow = overflow;
      scrollTo({ left: x, top: y, behavior: 'instant' });
    },
  };
}
