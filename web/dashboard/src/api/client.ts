/** The typed client of the API: same origin, session cookie, CSRF token, mode, and one kind of error. */

import createClient, { type Middleware } from 'openapi-fetch';
import { getMode } from '../session/mode';
import type { paths } from './schema';

/** Any answer that is not 2xx, with what the API said about it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    description: string,
    readonly requestId: string | undefined,
    readonly field: string | undefined,
    readonly retryAfter: number | undefined,
  ) {
    super(description);
    this.name = 'ApiError';
  }
}

let csrfToken = '';

/** The token of the session that was just read; only memory ever holds it. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** Headers of every request of the dashboard. */
export function dashboardHeaders(): Record<string, string> {
  return { 'X-CSRF-Token': csrfToken, 'X-Gateway-Mode': getMode() };
}

const dashboard: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(dashboardHeaders())) request.headers.set(name, value);
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: window.location.origin, credentials: 'same-origin' });
api.use(dashboard);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer. Throws `ApiError`, also when the network failed. */
export async function ask<T>(answer: Promise<Answer<T>>): Promise<T> {
  let settled: Answer<T>;
  try {
    settled = await answer;
  } catch {
    throw new ApiError(
      0,
      'NETWORK',
      'The gateway cannot be reached. Are you online?',
      undefined,
      undefined,
      undefined,
    );
  }
  const { data, error, response } = settled;
  if (response.ok) return data as T;
  throw toApiError(response, error);
}

/** The error in an answer, whatever its body is. */
export function toApiError(response: Response, body: unknown): ApiError {
  const said = (body as { error?: Record<string, string> } | undefined)?.error ?? {};
  return new ApiError(
    response.status,
    said.code ?? 'UNKNOWN',
    said.description ?? `The gateway answered ${response.status}`,
    said.request_id ?? response.headers.get('x-request-id') ?? undefined,
    said.field,
    Number(response.headers.get('retry-after')) || undefined,
  );
}

/** Whether nothing was done for certain. No answer, a 409, a 422 and a 5xx leave open what became of it. */
export const isRefusal = (error: Error): boolean =>
  error instanceof ApiError &&
  error.status >= 400 &&
  error.status < 500 &&
  ![409, 422].includes(error.status);

/** A key for one intent of a person: repeated clicks and retries of the same form mean one change. */
export function newIdempotencyKey(): string {
  return `dash_${crypto.randomUUID()}`;
}
