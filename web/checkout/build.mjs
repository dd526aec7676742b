// Builds dist/: the server (server.js), the browser's files with their hashes (assets/), a shell for static
// hosts (static/), and a copy of the SDK's script that the server gives out.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { build } from 'esbuild';

const shared = {
  bundle: true,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"' },
};

await rm('dist', { recursive: true, force: true });
await mkdir('dist/static', { recursive: true });
const browser = await build({
  ...shared,
  entryPoints: {
    client: 'src/client.ts',
    fields: 'src/fields/client.ts',
    preview: 'src/preview.tsx',
    instruments: 'src/instruments/instruments.ts',
    styles: 'src/styles.css',
    demo: 'demo/demo.ts',
    'demo-styles': 'demo/demo.css',
  },
  outdir: 'dist/assets',
  entryNames: '[name]-[hash]',
  format: 'esm',
  target: ['es2022', 'chrome108', 'safari16.4', 'firefox113'],
  minify: true,
  metafile: true,
});
const outputs = Object.keys(browser.metafile.outputs).map((path) => basename(path));
const find = (pattern) => outputs.find((name) => pattern.test(name));
const manifest = {
  client: find(/^client-\w+\.js$/),
  fields: find(/^fields-\w+\.js$/),
  preview: find(/^preview-\w+\.js$/),
  instruments: find(/^instruments-\w+\.js$/),
  styles: find(/^styles-\w+\.css$/),
  demo: find(/^demo-\w+\.js$/),
  demoStyles: find(/^demo-styles-\w+\.css$/),
};
await writeFile('dist/manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
await build({
  ...shared,
  entryPoints: ['src/server/main.ts'],
  outfile: 'dist/server.js',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
await cp('../../sdk/dist/checkout.js', 'dist/sdk/checkout.js');
await cp('../../sdk/dist/sri.json', 'dist/sdk/sri.json');

// The shell for hosts that only serve files: it asks the API by itself, and is never framed.
const { en } = await import(
  `data:text/javascript,${encodeURIComponent(
    (await build({ entryPoints: ['src/locales/en.ts'], write: false, format: 'esm' })).outputFiles[0].text,
  )}`
);
const boot = {
  apiUrl: '%GATEWAY_API_URL%',
  locale: 'en',
  dir: 'ltr',
  messages: en,
  mobile: false,
  fields: `/assets/${manifest.fields}`,
  instruments: `/assets/${manifest.instruments}`,
};
await writeFile(
  'dist/static/checkout.html',
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${en['frame.title']}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/${manifest.styles}"><script type="application/json" id="boot">${JSON.stringify(boot).replace(/</g, '\\u003c')}</script>
<script type="module" src="/assets/${manifest.client}"></script></head><body><div id="root"></div></body></html>
`,
);
await readFile('dist/server.js');
