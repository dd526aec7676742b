// Mantine's sheets are named one by one in `src/components.css`: every class of Mantine's that the built scripts
// use must be in the built sheet. What is missing is named with the sheet that has it.
import { readdirSync, readFileSync } from 'node:fs';

const assets = new URL('../dist/public/assets/', import.meta.url);
const sheets = new URL('../../../node_modules/@mantine/core/styles/', import.meta.url);
const read = (folder, ending) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]);
const classes = (text, pattern) => new Set([...text.matchAll(pattern)].map((match) => match[1]));
const built = classes(
  read(assets, '.css')
    .map(([, text]) => text)
    .join('\n'),
  /\.(m_[0-9a-f]+)\b/g,
);
const home = new Map();
for (const [name, text] of read(sheets, '.css')) {
  if (name.endsWith('.layer.css')) continue;
  for (const one of classes(text, /\.(m_[0-9a-f]+)\b/g)) if (!home.has(one)) home.set(one, name);
}
const used = classes(
  read(assets, '.js')
    .map(([, text]) => text)
    .join('\n'),
  /\b(m_[0-9a-f]+)\b/g,
);
const missing = [...used].filter((one) => home.has(one) && !built.has(one));
if (home.size === 0 || used.size === 0) throw new Error('Nothing to compare: run `npm run build` first');
for (const one of missing) console.error(`${one} is used and has no style: add ${home.get(one)}`);
if (missing.length) process.exit(1);
