import type { ErrorCode } from './types.js';

/** Version of the frame protocol; both sides must agree. docs/checkout.md describes it. */
export const PROTOCOL = 1;

/** Larger messages are ignored: nothing in the protocol comes near (UTF-16 code units). */
export const MAX_MESSAGE = 16384;

export type Data = Record<string, unknown>;

/** A message on the private port: `t` names it, `d` is its plain data. */
export interface Message {
  t: string;
  d: Data;
}

/**
 * What the frame says on `window` before it has a port: that it is there and, with `code`, why it cannot
 * be more. `v` is its protocol version, `n` the nonce of this opening.
 */
export interface Hello {
  v: unknown;
  /** The order is paid in the form of a processor. */
  form?: boolean;
  code?: ErrorCode;
  message?: string;
}

const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null;

/** Reads the first message of the frame. Undefined for anything that is not it, or not for this opening. */
export const readHello = (data: unknown, nonce: string): Hello | undefined =>
  isData(data) && data.n === nonce && /^hello/.test(data.pgw as string)
    ? (data as unknown as Hello)
    : undefined;

/** Reads a port message. Undefined for another shape or an oversized one. */
export const readMessage = (data: unknown): Message | undefined =>
  isData(data) && typeof data.t === 'string' && JSON.stringify(data).length <= MAX_MESSAGE
    ? { t: data.t, d: isData(data.d) ? data.d : {} }
    : undefined;
