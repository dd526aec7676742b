import type { Core } from './core.js';
import { applyTheme } from './theme.js';
import type { ShopConfig } from './types.js';

/** Takes what the shop's page wants, at the opening and later: it narrows and suggests, and never widens. */
export function configure(core: Core, config: ShopConfig): void {
  core.config = { ...core.config, ...config };
  applyTheme(config.theme);
  const { methods, prefill } = config;
  if (methods) {
    const narrowed = core.offered.filter((method) => methods.includes(method));
    const [first] = narrowed;
    if (first) {
      const method = narrowed.includes(core.state.method) ? core.state.method : first;
      core.set({ methods: narrowed, method });
    }
  }
  if (prefill) {
    const method = prefill.method && core.state.methods.includes(prefill.method) ? prefill.method : undefined;
    core.set({ ...(prefill.name && { prefillName: String(prefill.name) }), ...(method && { method }) });
  }
  if (config.mode === 'inline') document.documentElement.dataset.inline = '';
}
