import type { Method, Payment, Session } from './types.js';

/** An answer of the API that is not a success, or `status` 0 for none at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | undefined,
    readonly retryAfter: number,
    readonly requestId: string | undefined,
  ) {
    super(message);
  }
}

export interface NewPayment {
  order_id: string;
  method: Method;
  vpa?: string;
  flow?: 'intent' | 'qr';
  bank?: string;
  wallet?: string;
  card?: { number: string; expiry_month: number; expiry_year: number; cvv: string; holder_name: string };
}

/** Milliseconds after which a request without an answer counts as lost. */
const TIMEOUT = 15000;

/** The public routes of the API: no credentials, no cookies, no referrer. */
export class Api {
  constructor(private readonly base: string) {}

  async #ask<T>(path: string, init: RequestInit = {}, timeout = TIMEOUT): Promise<T> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeout);
    try {
      const response = await fetch(`${this.base}/api/v1${path}`, {
        credentials: 'omit',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        signal: abort.signal,
        ...init,
      });
      const body = await response.json();
      if (response.ok) return body as T;
      const { code = '', description = '', field, request_id } = body.error ?? {};
      const wait = Number(response.headers.get('Retry-After')) || 1;
      throw new ApiError(response.status, code, description, field, wait, request_id);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError(0, 'NETWORK', 'no answer', undefined, 1, undefined);
    } finally {
      clearTimeout(timer);
    }
  }

  session(orderId: string): Promise<Session> {
    return this.#ask(`/checkout/sessions/${encodeURIComponent(orderId)}/public`);
  }

  extend(orderId: string): Promise<Session> {
    return this.#post(`/checkout/sessions/${encodeURIComponent(orderId)}/extend/public`, {});
  }

  pay(body: NewPayment, idempotencyKey: string): Promise<Payment> {
    return this.#post('/payments/public', body, { 'Idempotency-Key': idempotencyKey });
  }

  /** The payment now; with `known`, once its status is another one or after 20 s. */
  payment(id: string, known?: string): Promise<Payment> {
    const wait = known ? `?wait=20&status=${known}` : '';
    return this.#ask(`/checkout/payments/${id}/public${wait}`, {}, 28000);
  }

  events(id: string): EventSource {
    return new EventSource(`${this.base}/api/v1/checkout/payments/${id}/events/public`);
  }

  cancel(id: string): Promise<Payment> {
    return this.#post(`/checkout/payments/${id}/cancel/public`, {});
  }

  /** Something has happened in the processor's form: it is asked what. Answers with what is known before. */
  look(id: string): Promise<Payment> {
    return this.#post(`/checkout/payments/${id}/look/public`, {});
  }

  /** A fresh UPI code for the same payment. */
  refreshCode(id: string): Promise<Payment> {
    return this.#post(`/checkout/payments/${id}/code/public`, {});
  }

  /** Test mode only: plays the shopper in front of the simulated bank. */
  authenticate(id: string, result: 'success' | 'failure'): Promise<unknown> {
    return this.#post(`/checkout/payments/${id}/authenticate/public`, { result });
  }

  #post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
    return this.#ask(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }
}
