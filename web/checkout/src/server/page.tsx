import { renderToString } from 'preact-render-to-string';
import { App } from '../app.js';
import { Checkout } from '../checkout.js';
import { translator } from '../context.js';
import { FIELDS_SCREENS } from '../fields/screens.js';
import { Alert, Lock } from '../icons.js';
import { OWN_SCREENS } from '../screens/own.js';
import { isColor } from '../theme.js';
import type { Boot, Problem } from '../types.js';
import type { Manifest } from './assets.js';

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** JSON inside a script element: `<` could end it. */
const inScript = (value: unknown): string => JSON.stringify(value).replace(/</g, '\\u003c');

export interface PageOptions {
  boot: Boot;
  manifest: Manifest;
  mode?: string | undefined;
  primary?: string | undefined;
  /** The browser's part, where it is not the checkout's own. */
  script?: string;
}

/** The whole document. The first paint needs no script: order, methods and form are in the HTML. */
export function renderPage({ boot, manifest, mode, primary, script }: PageOptions): string {
  const brand = isColor(primary) ? primary : boot.session?.merchant.primary_color;
  const attributes = [
    `lang="${boot.locale}"`,
    `dir="${boot.dir}"`,
    boot.frame ? 'data-framed' : '',
    mode === 'light' || mode === 'dark' ? `data-mode="${mode}"` : '',
  ].filter(Boolean);
  return `<!doctype html>
<html ${attributes.join(' ')}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="robots" content="noindex">
<title>${escapeHtml(titleOf(boot))}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/${manifest.styles}">
${isColor(brand) ? `<link rel="stylesheet" href="/theme/${brand.slice(1).toLowerCase()}.css">` : ''}
<script type="application/json" id="boot">${inScript(boot)}</script>
<script type="module" src="/assets/${script ?? (boot.session?.form ? manifest.fields : manifest.client)}"></script>
</head>
<body>
<div id="root">${bodyOf(boot)}</div>
</body>
</html>`;
}

function titleOf({ messages, session }: Boot): string {
  return [messages['frame.title'], session?.merchant.name].filter(Boolean).join(' · ');
}

function bodyOf(boot: Boot): string {
  if (boot.problem) return problemBody(boot, boot.problem);
  if (boot.session) {
    const screens = boot.session.form ? FIELDS_SCREENS : OWN_SCREENS;
    return renderToString(<App checkout={new Checkout(boot, boot.session)} screens={screens} />);
  }
  return '';
}

/** Without an order there is nothing to run: plain words, and the way out. */
function problemBody(boot: Boot, problem: Problem): string {
  const t = translator(boot.messages);
  return renderToString(
    <main class="page" data-test-id="checkout-container">
      <div class="content">
        <section class="state problem" data-test-id="problem-state" data-problem={problem}>
          <Alert />
          <div data-test-id="error-state">
            <h1>{t('problem.title')}</h1>
            <p role="status" data-test-id="error-message">
              {t(`problem.${problem}`)}
            </p>
          </div>
          {boot.frame ? (
            <button type="button" class="primary" id="leave">
              {t('back_to_shop')}
            </button>
          ) : null}
        </section>
        <footer class="footer">
          <Lock /> {t('secured')}
        </footer>
      </div>
    </main>,
  );
}
