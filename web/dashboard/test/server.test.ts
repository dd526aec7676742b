import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHandler } from '../server/handler';

// @vitest-environment node
const url = (server: Server, path = '') =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const listen = (server: Server) =>
  new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));

/** What the server answers to these bytes, on a connection of their own. */
const raw = (server: Server, sent: string) =>
  new Promise<string>((resolve) => {
    let received = '';
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(sent));
    socket.on('data', (chunk) => {
      received += chunk;
      if (/\r\n\r\n/.test(received)) socket.end();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });

let api: Server;
let dashboard: Server;
let distinct: NodeJS.Dict<string[]>;
let seen: { url?: string; headers: Record<string, unknown>; body: string };

beforeAll(async () => {
  api = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen = { url: request.url ?? '', headers: request.headers, body };
      distinct = request.headersDistinct;
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

  const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';

  for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
    it(`passes on the body of a ${method} as a body, whatever else is offered and however long it is`, async () => {
      for (const more of ['', offer]) {
        await raw(dashboard, `${method} /api/a HTTP/1.1\r\nHost: a\r\n${more}Content-Length: 5\r\n\r\nhello`);
        expect(seen).toMatchObject({ url: '/api/a', body: 'hello', headers: { 'content-length': '5' } });
        expect(seen.headers).not.toHaveProperty('upgrade');
        seen.body = '';
        const chunks = 'Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n';
        const answer = await raw(dashboard, `${method} /api/a HTTP/1.1\r\nHost: a\r\n${more}${chunks}`);
        expect(answer).toMatch(/^HTTP\/1.1 401/);
        expect(seen).toMatchObject({ url: '/api/a', body: 'hello' });
        await raw(dashboard, `${method} /api/a HTTP/1.1\r\nHost: a\r\n${more}\r\n`);
        expect(seen.body).toBe('');
        expect(seen.headers).not.toHaveProperty('transfer-encoding');
      }
    });
  }

  it('never sends a body as a request of its own', async () => {
    const hidden = 'GET /api/hidden HTTP/1.1\r\nHost: a\r\n\r\n';
    const size = hidden.length.toString(16);
    const urls: string[] = [];
    const note = (request: { url?: string }) => urls.push(request.url ?? '');
    api.on('request', note);
    for (const method of ['GET', 'DELETE', 'OPTIONS']) {
      const head = `${method} /api/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`;
      await raw(dashboard, `${head}${size}\r\n${hidden}\r\n0\r\n\r\n`);
    }
    await raw(dashboard, 'GET /api/last HTTP/1.1\r\nHost: a\r\n\r\n');
    api.off('request', note);
    expect(urls).toEqual(['/api/a', '/api/a', '/api/a', '/api/last']);
  });

  it('passes headers on line by line, and adds whose request it is', async () => {
    const lines = ['X-Forwarded-For: 203.0.113.1', 'X-Forwarded-For: 203.0.113.2', 'Idempotency-Key: a'];
    const head = ['GET /api/a HTTP/1.1', 'Host: a', ...lines, 'Idempotency-Key: b', 'Connection: X-Mine'];
    await raw(dashboard, [...head, 'X-Mine: 1', '', ''].join('\r\n'));
    expect(seen.headers['x-forwarded-for']).toBe('203.0.113.1, 203.0.113.2, 127.0.0.1');
    expect(distinct['idempotency-key']).toEqual(['a', 'b']);
    expect(seen.headers).not.toHaveProperty('x-mine');
  });

  it('refuses a head over its bound', async () => {
    const answer = await raw(
      dashboard,
      `GET /api/a HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(70_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 431/);
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
