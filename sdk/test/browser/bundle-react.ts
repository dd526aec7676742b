import { build } from 'esbuild';

/** Bundles the React fixture against the package's source, so the hook runs under real React in Chromium. */
export default async function setup(): Promise<void> {
  await build({
    entryPoints: ['test/browser/react-shop.tsx'],
    outfile: 'dist/test/react-shop.js',
    bundle: true,
    jsx: 'automatic',
    format: 'iife',
    define: { 'process.env.NODE_ENV': '"development"', __VERSION__: '"0.0.0-test"' },
    logLevel: 'warning',
  });
}
