import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHandler } from '../server/handler';

// @vitest-environment node
const url = (server: Server, path = '') =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const listen = (server: Server) =>
  new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));

let api: Server;
let dashboard: Server;
let seen: { url?: string; headers: Record<string, unknown>; body: string };

beforeAll(async () => {
  api = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen = { url: request.url ?? '', headers: request.headers, body };
      response.writeHead(401, {
        'www-authenticate': 'Basic',
        'set-cookie': 'a=b; HttpOnly',
        'x-request-id': 'req_1',
      });
      response.end('{"error":{}}');
    });
  });
  await listen(api);
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<meta content="__CSP_NONCE__">');
  writeFileSync(join(folder, 'assets', 'a.js'), 'export const a = 1;'.repeat(50));
  dashboard = createServer(createHandler({ folder, apiUrl: url(api), checkoutUrl: 'http://localhost:3001' }));
  await listen(dashboard);
});
afterAll(() => {
  api.close();
  dashboard.close();
});

describe('the server', () => {
  it('is healthy by itself', async () => {
    expect((await fetch(url(dashboard, '/health'))).status).toBe(200);
  });

  it('answers every route with the page, and a fresh nonce that the policy names', async () => {
    const nonces = new Set<string>();
    for (const path of ['/', '/login', '/dashboard/transactions/pay_1']) {
      const answer = await fetch(url(dashboard, path));
      const nonce = /content="([^"]+)"/.exec(await answer.text())?.[1] ?? '';
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toContain(`'nonce-${nonce}'`);
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toContain('unsafe');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(3);
  });

  it('keeps hashed files for a year, compressed, and knows no others', async () => {
    const file = await fetch(url(dashboard, '/assets/a.js'), { headers: { 'accept-encoding': 'br' } });
    expect(file.headers.get('cache-control')).toContain('immutable');
    expect(file.headers.get('content-encoding')).toBe('br');
    expect((await fetch(url(dashboard, '/assets/b.js'))).status).toBe(404);
    expect((await fetch(url(dashboard, '/../../etc/passwd.txt'))).status).toBe(404);
    expect((await fetch(url(dashboard, '/login'), { method: 'POST' })).status).toBe(405);
  });

  it('passes API requests on, and keeps the browser from asking for a password itself', async () => {
    const answer = await fetch(url(dashboard, '/api/v1/session?x=1'), {
      method: 'POST',
      headers: { cookie: 'gateway_session=t', 'x-forwarded-for': '203.0.113.9' },
      body: '{}',
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBeNull();
    expect(answer.headers.get('set-cookie')).toBe('a=b; HttpOnly');
    expect(seen).toMatchObject({ url: '/api/v1/session?x=1', body: '{}' });
    expect(seen.headers).toMatchObject({
      cookie: 'gateway_session=t',
      'x-forwarded-for': '203.0.113.9, 127.0.0.1',
      'x-forwarded-host': new URL(url(dashboard, '/')).host,
    });
  });

  it('says in the contract’s envelope that the API is away', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
    writeFileSync(join(folder, 'index.html'), '');
    const apiUrl = 'http://127.0.0.1:1';
    const alone = createServer(createHandler({ folder, apiUrl, checkoutUrl: 'http://localhost:3001' }));
    await listen(alone);
    const answer = await fetch(url(alone, '/api/v1/payments'));
    expect(answer.status).toBe(503);
    expect((await answer.json()).error.code).toBe('SERVICE_UNAVAILABLE');
    alone.close();
  });
});
