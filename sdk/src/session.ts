import { connect, type Send } from './connection.js';
import { guarded } from './emitter.js';
import { paymentError } from './errors.js';
import type { Data, Message } from './messages.js';
import { checkoutPageUrl, isInAppBrowser, plain } from './options.js';
import { createFrame, mountInline, mountModal, type Surface } from './surface.js';
import type {
  CheckoutResult,
  DismissReason,
  ErrorCode,
  EventMap,
  PaymentError,
  PaymentGatewayOptions,
  PaymentSuccess,
  State,
} from './types.js';

/** Milliseconds a frame may take to answer the wish to close, then it is closed without it. */
const CLOSE_GRACE = 1000;

export interface SessionHost {
  emit<K extends keyof EventMap>(name: K, data?: EventMap[K]): void;
  setState(state: State): void;
  /** False when the opening has settled before: the first outcome counts. */
  settle(result: CheckoutResult): boolean;
}

/** One opening of the checkout, from `open()` until it has left the page. */
export interface Session {
  /** A payment is being made. */
  isLocked(): boolean;
  update(change: object): void;
  /** Takes the checkout off the page. `pending` is a payment whose outcome is still open. */
  finish(reason: DismissReason, pending?: string): void;
}

/** Opens the checkout at `base`, the checkout's origin, and tells `host` what becomes of it. */
export function openSession(options: PaymentGatewayOptions, base: string, host: SessionHost): Session {
  const { key, orderId, mode = 'auto', container, modal = {}, loadTimeoutMs = 15000 } = options;
  const ended = new AbortController();
  const { signal } = ended;
  let send: Send = () => false;
  let surface: Surface | undefined;
  let locked = false;
  let paymentId: string | undefined;
  let lastError: PaymentError | undefined;
  let closing: ReturnType<typeof setTimeout> | undefined;

  const finish = (reason: DismissReason, pending = locked ? paymentId : undefined) => {
    if (signal.aborted) return;
    ended.abort();
    clearTimeout(closing);
    surface?.remove();
    host.setState('closed');
    const info = { reason, lastError };
    const settled = host.settle(
      pending ? { status: 'processing', paymentId: pending, orderId } : { status: 'dismissed', ...info },
    );
    if (settled && !pending) {
      host.emit('dismiss', { reason });
      guarded(() => options.onDismiss?.(info));
    }
    guarded(() => options.onClose?.());
  };

  const fail = (code: ErrorCode, message: string, more?: object) => {
    const error = paymentError(code, message, base, { orderId, ...more });
    lastError = error;
    if (error.final && !host.settle({ status: 'failed', error })) return;
    // Whoever builds the page sees at once what is wrong with it; the shopper reads other words.
    if (error.type === 'integration') console.error('PaymentGateway', code, message, error.docsUrl);
    host.emit(error.final ? 'error' : 'payment.failed', error);
    guarded(() => options.onFailure?.(error));
  };

  const refuse = (code: ErrorCode, message: string) => {
    fail(code, message);
    finish('navigation');
  };

  const redirect = () => location.assign(checkoutPageUrl(base, options));

  /** The frame cannot work here: go on as a full page where the options allow it, else say why. */
  const broken = (code: ErrorCode, message: string, silent?: boolean) => {
    const stop = () => refuse(code, message);
    if (mode !== 'auto') return stop();
    const go = () => {
      if (signal.aborted) return;
      host.emit('fallback', { reason: code, message });
      redirect();
    };
    if (!silent) return go();
    // A redirect to a checkout that is down would lose the shopper: look first.
    fetch(`${base}/health`, { mode: 'no-cors', cache: 'no-store' }).then(go, stop);
  };

  /** The frame decides: it may hold a payment, or ask the shopper first. */
  const ask = (reason: DismissReason) => {
    clearTimeout(closing);
    if (!send('close?', { reason })) return finish(reason);
    closing = setTimeout(() => finish(reason), CLOSE_GRACE);
  };

  const succeed = (payment: PaymentSuccess) => {
    if (payment.orderId !== orderId || !payment.paymentId) return;
    locked = false;
    if (!host.settle({ status: 'success', payment })) return;
    host.setState('open');
    host.emit('payment.success', payment);
    guarded(() => options.onSuccess?.(payment));
  };

  const message = ({ t, d }: Message) => {
    if (t === 'ready') {
      surface?.ready(d);
      if (locked) return;
      host.setState('open');
      host.emit('ready');
      guarded(() => options.onReady?.());
    } else if (t === 'lock' || t === 'unlock') {
      locked = t === 'lock';
      // The next one is another payment, of which the frame says which once it knows.
      if (!locked) paymentId = undefined;
      host.setState(locked ? 'locked' : 'open');
    } else if (t === 'event') {
      const data = d.data as Data | undefined;
      if (d.name === 'payment.processing') paymentId = data?.paymentId as string;
      host.emit(d.name as keyof EventMap, data as never);
    } else if (t === 'resize') surface?.resize(d.height as number);
    else if (t === 'stay') clearTimeout(closing);
    else if (t === 'close') finish(d.reason as DismissReason, d.paymentId as string);
    else if (t === 'failed') fail(d.code as ErrorCode, d.message as string, d);
    else if (t === 'success') succeed(d as unknown as PaymentSuccess);
  };

  const show = () => {
    const parent = typeof container === 'string' ? document.querySelector(container) : container;
    if (mode === 'inline' && !parent) return refuse('config_invalid', '"container" is required');
    const frame = createFrame(base.startsWith('http:'));
    const url = (nonce: string) => checkoutPageUrl(base, options, nonce);
    const dead = () => refuse('network_error', 'The checkout stopped.');
    const config = plain(options);
    send = connect({
      frame,
      base,
      signal,
      config,
      timeout: loadTimeoutMs,
      url,
      message,
      refused: fail,
      broken,
      dead,
    });
    if (mode === 'inline' && parent) surface = mountInline(frame, parent);
    else {
      const gone = () => (locked ? surface?.show() : finish('escape'));
      surface = mountModal(frame, modal, ask, gone);
    }
    const removed = new MutationObserver(() => {
      if (surface?.root.isConnected) return;
      removed.disconnect();
      finish('navigation');
    });
    removed.observe(document, { childList: true, subtree: true });
    host.emit('open');
  };

  host.setState('loading');
  // Back from the full page by the back-forward cache: this page lives on, so its promise must end.
  addEventListener(
    'pageshow',
    (event) => event.persisted && !surface?.root.isConnected && finish('navigation'),
    { signal },
  );
  if (key.startsWith('key_live') && !isSecureContext) refuse('insecure_context', 'Live payments need HTTPS.');
  else if (mode === 'redirect') redirect();
  else if (mode === 'auto' && (base === location.origin || isInAppBrowser(navigator.userAgent))) {
    broken('frame_blocked', 'Frames do not load here.');
  } else if (mode !== 'inline' && document.getElementById('payment-gateway-modal')) {
    refuse('already_open', 'A checkout is open.');
  } else show();
  return { isLocked: () => locked, update: (change) => send('update', plain(change)), finish };
}
