import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Manifest, Sdk } from '../src/server/assets.js';
import type { Config } from '../src/server/config.js';
import { sendText } from '../src/server/respond.js';

export interface DemoContext {
  config: Config;
  manifest: Manifest;
  sdk: Sdk;
}

export async function serveDemo(
  _context: DemoContext,
  request: IncomingMessage,
  response: ServerResponse,
  _url: URL,
): Promise<void> {
  sendText(request, response, 404, 'text/plain', 'Not found');
}
