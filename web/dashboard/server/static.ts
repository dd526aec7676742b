/** The built files, read once and kept in memory with their compressed forms. */

import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSED = new Set(['.js', '.css', '.svg', '.json']);

interface Body {
  bytes: Buffer;
  headers: Record<string, string>;
}

export class BuiltFile {
  readonly isPage: boolean;
  private readonly forms: Map<string, Buffer>;

  constructor(
    private readonly path: string,
    private readonly content: Buffer,
  ) {
    const extension = extname(path);
    this.isPage = extension === '.html';
    this.forms = COMPRESSED.has(extension) ? compress(content) : new Map();
  }

  /** The page with this answer's nonce. Never kept by a cache: it names the current build's files. */
  page(nonce: string, checkoutOrigin: string): Body {
    const text = this.content
      .toString('utf8')
      .replaceAll('__CSP_NONCE__', nonce)
      .replaceAll('__CHECKOUT_URL__', checkoutOrigin);
    return {
      bytes: Buffer.from(text),
      headers: { 'content-type': TYPES['.html'] ?? '', 'cache-control': 'no-store' },
    };
  }

  /** The file in the best form that the browser takes. Files with a hash in their name are kept for a year. */
  encoded(request: IncomingMessage): Body {
    const accepted = String(request.headers['accept-encoding'] ?? '');
    const coding = ['br', 'gzip'].find((name) => accepted.includes(name) && this.forms.has(name));
    return {
      bytes: (coding && this.forms.get(coding)) || this.content,
      headers: {
        'content-type': TYPES[extname(this.path)] ?? 'application/octet-stream',
        'cache-control': this.path.startsWith('/assets/')
          ? 'public, max-age=31536000, immutable'
          : 'no-cache',
        ...(coding ? { 'content-encoding': coding, vary: 'accept-encoding' } : {}),
      },
    };
  }
}

function compress(content: Buffer): Map<string, Buffer> {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  return new Map([
    ['br', brotliCompressSync(content, quality)],
    ['gzip', gzipSync(content, { level: 9 })],
  ]);
}

/** All files below the folder by their URL path; `index` is the page that every route starts with. */
export function readFiles(folder: string): { get(path: string): BuiltFile | undefined; index: BuiltFile } {
  const files = new Map<string, BuiltFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(folder, file).split(sep).join('/')}`;
    files.set(path, new BuiltFile(path, readFileSync(file)));
  }
  const index = files.get('/index.html');
  if (!index) throw new Error(`${folder} holds no index.html: run \`npm run build\``);
  return { get: (path) => files.get(path), index };
}
