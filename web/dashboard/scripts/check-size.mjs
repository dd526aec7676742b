// The first route's scripts and styles, gzipped: what a browser loads before the overview is shown.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT = 250 * 1024;
const folder = new URL('../dist/public/', import.meta.url);
const page = readFileSync(new URL('index.html', folder), 'utf8');
const entry = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]);
// The overview's own chunk and what it shares with others come on top of the entry.
const wanted = new Set(entry);
const queue = readdirSync(new URL('assets/', folder))
  .filter((name) => /^Home-.*\.(js|css)$/.test(name))
  .map((name) => `assets/${name}`);
if (entry.length === 0 || queue.length === 0)
  throw new Error('Nothing to measure: run `npm run build` first');
while (queue.length) {
  const file = queue.pop();
  wanted.add(file);
  if (!file.endsWith('.js')) continue;
  const text = readFileSync(new URL(file, folder), 'utf8');
  for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) {
    if (!wanted.has(`assets/${name}`)) queue.push(`assets/${name}`);
  }
}
let total = 0;
for (const file of [...wanted].sort()) {
  const size = gzipSync(readFileSync(new URL(file, folder)), { level: 9 }).length;
  total += size;
  console.log(`${(size / 1024).toFixed(1).padStart(7)} KB  ${file}`);
}
console.log(`${(total / 1024).toFixed(1).padStart(7)} KB  first route, of ${LIMIT / 1024} KB`);
if (total > LIMIT) process.exit(1);
