import type { IncomingMessage, ServerResponse } from 'node:http';
import { languageFor, readAcceptLanguage } from '../locales/index.js';
import type { Boot, Session } from '../types.js';
import type { Manifest } from './assets.js';
import type { Config } from './config.js';
import { renderPage } from './page.js';
import { pageHeaders, sendText } from './respond.js';

/** An order that exists nowhere. */
const SAMPLE: Session = {
  order: {
    id: 'order_Sample0000000000',
    amount: 50_000,
    currency: 'INR',
    status: 'created',
    expires_at: null,
    extensions_left: 0,
  },
  merchant: { name: 'Your business', primary_color: null },
  mode: 'test',
  methods: ['upi', 'card'],
  forms: { upi: 'own', card: 'own' },
  origin_allowed: true,
  attempts: 0,
  attempts_left: 5,
  processor: 'simulator',
  instruments: {
    netbanking: ['SBIN', 'HDFC', 'ICIC', 'UTIB', 'KKBK', 'PUNB_R'],
    wallet: ['mobikwik', 'paytm', 'phonepe'],
  },
  server_time: '2026-01-01T00:00:00.000Z',
  payment: null,
  watch: 'poll',
  action_seconds: 900,
};

/**
 * The checkout with a made-up order for the dashboard's settings page, which alone may frame it and tell it
 * what to look like (see `preview.tsx`). It shows no merchant's data, so it needs no log-in.
 */
export function servePreviewPage(
  config: Config,
  manifest: Manifest,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const dashboard = new URL(config.dashboardUrl).origin;
  const boot: Boot = {
    apiUrl: config.publicApiUrl,
    ...languageFor(readAcceptLanguage(request.headers['accept-language'])),
    session: SAMPLE,
    previewFor: dashboard,
    instruments: `/assets/${manifest.instruments}`,
    mobile: false,
  };
  const html = renderPage({ boot, manifest, script: manifest.preview });
  sendText(request, response, 200, 'text/html', html, pageHeaders(config.publicApiUrl, dashboard));
}
