// Builds dist/checkout.js (script tag), the ES modules of the package, and the integrity of the script.
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
const shared = {
  bundle: true,
  target: 'es2022',
  define: { __VERSION__: JSON.stringify(version) },
  legalComments: 'none',
  logLevel: 'warning',
};
/** Styles are written for people; shoppers need not fetch the line breaks. */
const tightCss = {
  name: 'tight-css',
  setup(build_) {
    build_.onLoad({ filter: /surface\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return {
        loader: 'ts',
        contents: source.replace(/const CSS = `[^`]*`/, (css) => css.replace(/\n/g, '')),
      };
    });
  },
};

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
// npm packs only files of the package's own folder.
await cp('../LICENSE', 'LICENSE');
await build({
  ...shared,
  entryPoints: ['src/global.ts'],
  outfile: 'dist/checkout.js',
  format: 'iife',
  minify: true,
  plugins: [tightCss],
});
await build({
  ...shared,
  entryPoints: ['src/index.ts', 'src/loader.ts', 'src/react.ts'],
  outdir: 'dist',
  format: 'esm',
  splitting: true,
  external: ['react'],
  plugins: [tightCss],
});
const script = await readFile('dist/checkout.js');
const digest = (algorithm, encoding) => createHash(algorithm).update(script).digest(encoding);
await writeFile(
  'dist/sri.json',
  `${JSON.stringify(
    {
      version,
      protocol: 1,
      file: `checkout-${version}-${digest('sha256', 'hex').slice(0, 10)}.js`,
      integrity: `sha384-${digest('sha384', 'base64')}`,
      bytes: script.length,
    },
    null,
    2,
  )}\n`,
);
