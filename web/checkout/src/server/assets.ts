import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface Asset {
  body: Buffer;
  gzip: Buffer;
  type: string;
  etag: string;
}

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export function assetOf(body: Buffer, type: string): Asset {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, gzip: gzipSync(body, { level: 9 }), type, etag };
}

/** All files of a folder, read once: they never change while the server runs. */
export function readAssets(folder: string): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const name of readdirSync(folder)) {
    const type = TYPES[extname(name)];
    if (type) assets.set(name, assetOf(readFileSync(join(folder, name)), type));
  }
  return assets;
}

export interface Manifest {
  /** File names under /assets/. */
  client: string;
  /** The page for a processor's form. */
  fields: string;
  preview: string;
  /** What knows banks and wallets: loaded once one of them may be wanted. */
  instruments: string;
  styles: string;
  demo: string;
  demoStyles: string;
}

export interface Sdk {
  version: string;
  file: string;
  integrity: string;
  bytes: number;
  protocol: number;
}
