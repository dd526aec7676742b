import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const API = process.env.API_URL ?? 'http://localhost:8000';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist/public',
    emptyOutDir: true,
    // Of the first page alone: Chromium never asks again for a module of a later one that was preloaded in vain.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, files, { hostType }) => (hostType === 'html' ? files : []),
    },
    // Data URLs would need their own permission in the content security policy.
    assetsInlineLimit: 0,
    // One sheet for all pages: none is shown without its own because a connection broke, and none waits for it.
    cssCodeSplit: false,
    chunkSizeWarningLimit: 600,
    // A request is a round trip on a slow line: what most pages share is one file, so that a first route takes
    // at most twenty requests (tests/dashboard/test_browser_first_route.py) within its size (scripts/check-size.mjs).
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'common', minShareCount: 12 },
            {
              name: 'lists',
              test: /src.(ui.(ListPage|Filters|DataTable|Status|Time)|pages.live.(LivePanel|checklist))\./,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
  server: { port: 3000, proxy: { '/api': API } },
  test: { environment: 'happy-dom', include: ['test/**/*.test.{ts,tsx}'] },
});
