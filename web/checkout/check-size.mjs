// Fails when the page grows over its budgets (bytes, gzipped).
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGETS = [
  [/^client-.*\.js$/, 25 * 1024],
  [/^fields-.*\.js$/, 25 * 1024],
  // Loaded by whoever looks at banks or wallets.
  [/^instruments-.*\.js$/, 4 * 1024],
  [/^styles-.*\.css$/, 6 * 1024],
];
let over = false;
for (const name of readdirSync('dist/assets')) {
  const budget = BUDGETS.find(([pattern]) => pattern.test(name))?.[1];
  if (!budget) continue;
  const size = gzipSync(readFileSync(`dist/assets/${name}`), { level: 9 }).length;
  console.log(`${name}: ${size} bytes gzipped, budget ${budget}`);
  over ||= size > budget;
}
process.exit(over ? 1 : 0);
