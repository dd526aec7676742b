import { type Data, type Message, PROTOCOL, readHello, readMessage } from './messages.js';
import type { ErrorCode } from './types.js';

/** Milliseconds. A frame whose document has loaded says hello before this; one that is blocked never does. */
const HELLO_GRACE = 2000;
/** Milliseconds between pings; two unanswered ones mean that the frame is dead. */
const HEARTBEAT = 10000;

export interface ConnectionOptions {
  frame: HTMLIFrameElement;
  /** Origin of the checkout, the only one that is listened and spoken to. */
  base: string;
  /** Address of the page for one nonce. */
  url(nonce: string): string;
  config: Data;
  /** Milliseconds until a frame that says nothing is given up. */
  timeout: number;
  /** Ends every listener. */
  signal: AbortSignal;
  message(message: Message): void;
  /** The frame opened only to say why it cannot. */
  refused(code: ErrorCode, message: string): void;
  /** No handshake. `silent` where nothing shows that the checkout is up. */
  broken(code: ErrorCode, message: string, silent?: boolean): void;
  /** The frame answered once and has stopped, also after it was loaded afresh. */
  dead(): void;
}

/** Says one thing to the frame; false while there is nobody to hear it. */
export type Send = (t: string, d?: unknown) => boolean;

/**
 * Loads the frame, hands it a private port after checking source, origin and nonce, and watches that it lives.
 * A closure, not a class, as in session.ts: private fields would cost a tenth of the script's budget.
 */
export function connect(options: ConnectionOptions): Send {
  const { frame, base, signal } = options;
  let nonce: string;
  let port: MessagePort | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let missed = 0;
  let reloaded = false;

  const broken = (code: ErrorCode, message: string, silent?: boolean) => {
    if (!port && !signal.aborted) options.broken(code, message, silent);
  };

  // Of the load that is under way: one before it, which has come to its end, must not speak for it.
  const giveUp = (ms: number, code: ErrorCode) => {
    clearTimeout(timer);
    timer = setTimeout(broken, ms, code, `${base} did not load.`, true);
  };

  const load = () => {
    // 128 random bits; `randomUUID` would need a secure context.
    nonce = crypto.getRandomValues(new Uint32Array(4)).join('-');
    frame.src = options.url(nonce);
    giveUp(options.timeout, 'load_timeout');
  };

  const send: Send = (t, d) => {
    port?.postMessage({ t, d });
    return !!port;
  };

  const onWindowMessage = ({ source, origin, data }: MessageEvent) => {
    const target = frame.contentWindow;
    const hello = target && source === target && readHello(data, nonce);
    if (!hello) return;
    if (origin !== base)
      return broken('config_invalid', `The checkout is at ${origin}: make that checkoutUrl.`);
    if (hello.v !== PROTOCOL) return broken('protocol_mismatch', `Protocol ${hello.v} is not ours.`);
    // A processor's form does not load in an isolated page: its frames have no leave to.
    if (hello.form && crossOriginIsolated) return broken('frame_blocked', 'Frames do not load here.');
    // A frame that reloads itself says hello again: its former document, and so its port, is gone.
    port?.close();
    const { port1, port2 } = new MessageChannel();
    port = port1;
    port.onmessage = (event) => {
      missed = 0;
      const message = readMessage(event.data);
      // It loads itself anew: if nobody says hello then, it could not.
      if (message?.t === 'away') {
        port = undefined;
        giveUp(options.timeout, 'load_timeout');
      } else if (message && !signal.aborted) options.message(message);
    };
    target.postMessage({ pgw: 'init', v: PROTOCOL, n: nonce, config: options.config }, base, [port2]);
    if (hello.code) options.refused(hello.code, hello.message as string);
  };

  const onViolation = ({ effectiveDirective, blockedURI, disposition }: SecurityPolicyViolationEvent) => {
    if (
      disposition === 'enforce' &&
      /^(frame|child|default)-/.test(effectiveDirective) &&
      blockedURI.startsWith(base)
    ) {
      broken('frame_blocked', `Add "frame-src ${base}" to this page's Content-Security-Policy.`);
    }
  };

  const beat = () => {
    if (!port || document.hidden) return;
    if (missed++ < 2) return send('ping');
    if (reloaded) return options.dead();
    // The page finds its payment again by itself: load it once more before giving up.
    missed = 0;
    reloaded = true;
    port.close();
    port = undefined;
    load();
  };

  const heart = setInterval(beat, HEARTBEAT);
  signal.onabort = () => {
    clearInterval(heart);
    port?.close();
  };
  addEventListener('message', onWindowMessage, { signal });
  document.addEventListener('securitypolicyviolation', onViolation, { signal });
  frame.onload = () => giveUp(HELLO_GRACE, 'load_failed');
  load();
  return send;
}
