import type { Boot, Problem, ShopConfig } from './types.js';

type Data = Record<string, unknown>;

export interface ParentHandlers {
  /** The shop's options arrived with the port. */
  init(config: ShopConfig): void;
  update(config: ShopConfig): void;
  /** The shop's part was asked to close: by the ×, Escape or the backdrop. */
  closing(reason: string): void;
}

/**
 * The frame's side of the protocol (docs/checkout.md). It speaks to the origin that the server found on
 * the merchant's list, takes one port, and ignores everything else. Card data never gets here.
 */
export class Parent {
  #port: MessagePort | undefined;
  #waiting: [string, unknown][] = [];

  constructor(
    private readonly frame: NonNullable<Boot['frame']> | undefined,
    private readonly handlers: ParentHandlers,
  ) {}

  get framed(): boolean {
    return this.frame !== undefined;
  }

  /** Starts to listen, and says that the page is there or why it cannot be. */
  hello(problem?: Problem, message?: string, form?: boolean): void {
    if (!this.frame || parent === window) return;
    addEventListener('message', this.#take);
    const { origin, nonce: n } = this.frame;
    const hello = problem ? { pgw: 'hello-error', code: problem, message } : { pgw: 'hello', form };
    parent.postMessage({ ...hello, v: 1, n }, origin);
  }

  /** Said at once, or when the port is there. */
  send(t: string, d?: unknown): void {
    if (this.#port) this.#port.postMessage({ t, d });
    else if (this.frame) this.#waiting.push([t, d]);
  }

  readonly #take = ({ source, origin, data, ports }: MessageEvent): void => {
    const port = ports[0];
    if (this.#port || !port || source !== parent || origin !== this.frame?.origin) return;
    if (data?.pgw !== 'init' || data.n !== this.frame.nonce || data.v !== 1) return;
    this.#port = port;
    removeEventListener('message', this.#take);
    port.onmessage = ({ data: message }) => this.#hear(message?.t, message?.d ?? {});
    this.handlers.init(data.config ?? {});
    for (const [t, d] of this.#waiting.splice(0)) this.send(t, d);
  };

  #hear(t: unknown, d: Data): void {
    if (t === 'ping') this.send('pong');
    else if (t === 'update') this.handlers.update(d);
    else if (t === 'close?') this.handlers.closing(String(d.reason ?? 'close_button'));
  }
}
