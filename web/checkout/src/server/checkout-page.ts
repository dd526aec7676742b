import type { IncomingMessage, ServerResponse } from 'node:http';
import { languageFor, readAcceptLanguage } from '../locales/index.js';
import type { Boot, Method, Problem, Session } from '../types.js';
import { isMobile } from '../upi.js';
import type { Manifest } from './assets.js';
import type { Config } from './config.js';
import { detailsOf } from './error-docs.js';
import { policyOf } from './form-policy.js';
import { renderPage } from './page.js';
import { pageHeaders, sendText } from './respond.js';
import { onBehalfOf } from './visitor.js';

/** Milliseconds the API may take before the shopper is told to try again. */
const API_TIMEOUT = 5000;
const ORIGIN = /^https?:\/\/[^/\s;,'"]+$/;
const NONCE = /^[A-Za-z0-9-]{8,80}$/;

type Found = { session: Session } | { problem: Problem };

/** Order, merchant and whether `origin` may frame the page, from the API's public part. */
async function findSession(
  config: Config,
  request: IncomingMessage,
  query: URLSearchParams,
  origin: string | undefined,
): Promise<Found> {
  const ask = new URLSearchParams();
  const key = query.get('key');
  if (key) ask.set('key', key);
  if (origin) ask.set('origin', origin);
  const order = encodeURIComponent(query.get('order_id') ?? '');
  try {
    const response = await fetch(`${config.apiUrl}/api/v1/checkout/sessions/${order || '-'}/public?${ask}`, {
      headers: onBehalfOf(request),
      signal: AbortSignal.timeout(API_TIMEOUT),
    });
    if (response.ok) return { session: (await response.json()) as Session };
    if (response.status !== 404) return { problem: 'internal_error' };
    const { error } = (await response.json()) as { error?: { field?: string } };
    return { problem: error?.field === 'key' ? 'key_invalid' : 'order_not_found' };
  } catch {
    return { problem: 'internal_error' };
  }
}

/** The origin that asks for the page: the framing shop's, or the one that a full page returns to. */
function askingOrigin(query: URLSearchParams): { frame?: { origin: string; nonce: string }; returnTo?: URL } {
  const [origin, nonce] = [query.get('o') ?? '', query.get('n') ?? ''];
  if (NONCE.test(nonce) && ORIGIN.test(origin)) return { frame: { origin, nonce } };
  try {
    const returnTo = new URL(query.get('return_to') ?? '');
    return /^https?:$/.test(returnTo.protocol) ? { returnTo } : {};
  } catch {
    return {};
  }
}

const STATUS: Partial<Record<Problem, number>> = {
  key_invalid: 404,
  order_not_found: 404,
  internal_error: 503,
};

/** Why an order that is not paid yet cannot be paid here, whatever its shopper does. */
function unpayable(session: Session | undefined): Problem | undefined {
  if (!session || session.order.status === 'paid') return;
  if (session.processor === null) return 'processor_required';
  return session.methods.length ? undefined : 'no_method';
}

export async function serveCheckoutPage(
  config: Config,
  manifest: Manifest,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const { frame, returnTo } = askingOrigin(query);
  const found = await findSession(config, request, query, frame?.origin ?? returnTo?.origin);
  const session = 'session' in found ? found.session : undefined;
  const form = session?.form ? policyOf(session.form) : undefined;
  // A form that this page cannot show is shown by none: the payment is taken up as one that is being made.
  if (session && !form) session.form = null;
  let problem = 'problem' in found ? found.problem : undefined;
  // The refusal is a page that anybody may frame and that says nothing: an invisible denial helps nobody.
  if (frame && session?.origin_allowed === false) problem = 'origin_not_allowed';
  const wished = [query.get('locale') ?? '', ...readAcceptLanguage(request.headers['accept-language'])];
  const methods = query.get('methods')?.split(',') as Method[] | undefined;
  const method = query.get('method') as Method | null;
  const details = detailsOf(problem ?? unpayable(session));
  // The order's own way back was checked when it was made.
  const leadsTo = returnTo && session?.origin_allowed ? returnTo.href : !frame && session?.return_url;
  const boot: Boot = {
    apiUrl: config.publicApiUrl,
    ...languageFor(wished.filter((tag) => tag && tag !== 'auto')),
    ...(details && { details }),
    ...(problem ? { problem } : session && { session }),
    ...(frame && { frame }),
    ...(leadsTo && { returnTo: leadsTo }),
    ...(query.has('returned') && { returned: true }),
    ...(methods && { methods }),
    ...(method && session?.methods.includes(method) && { method }),
    instruments: `/assets/${manifest.instruments}`,
    mobile: isMobile(request.headers['user-agent'] ?? ''),
  };
  const ancestors = frame ? (problem ? '*' : frame.origin) : `'none'`;
  const html = renderPage({
    boot,
    manifest,
    mode: query.get('mode') ?? undefined,
    primary: query.get('primary') ?? undefined,
  });
  const status = problem ? (STATUS[problem] ?? 200) : 200;
  const headers = pageHeaders(config.publicApiUrl, ancestors, problem ? undefined : form);
  sendText(request, response, status, 'text/html', html, headers);
}
