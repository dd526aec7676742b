import type { Manifest, Sdk } from '../src/server/assets.js';
import type { Config } from '../src/server/config.js';

/** What the sample shop is given by the server that it lives in. */
export interface DemoContext {
  config: Config;
  manifest: Manifest;
  sdk: Sdk;
}
