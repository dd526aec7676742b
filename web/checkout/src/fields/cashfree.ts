import type { FormHost, OpenForm } from './model.js';
import { IN_APP, loadScript } from './script.js';

/** As Cashfree's documents describe its script; it publishes no types of this part. */
interface Result {
  error?: { message?: string; code?: string };
  /** The page is being left. */
  redirect?: boolean;
  /** It is through, whatever came of it. */
  paymentDetails?: { paymentMessage?: string };
}
interface Options {
  paymentSessionId: string;
  redirectTarget: '_modal' | '_self';
  returnUrl?: string;
}

declare global {
  interface Window {
    Cashfree?: (options: { mode: 'sandbox' | 'production' }) => {
      checkout(options: Options): Promise<Result>;
    };
  }
}

/** Cashfree's checkout, which lies over our page in a frame of Cashfree's. Declines are said and retried in there. */
export async function openCashfree(host: FormHost): Promise<OpenForm> {
  const { payWith, tell } = host;
  await loadScript(payWith.script_url);
  if (!window.Cashfree) throw new Error('the script has made no Cashfree');
  const mode = payWith.session.mode === 'production' ? 'production' : 'sandbox';
  const cashfree = window.Cashfree({ mode });
  const awaySelf = parent === window && IN_APP.test(navigator.userAgent);
  const pay = async () => {
    tell({ type: 'busy' });
    const { error, redirect } = await cashfree.checkout({
      paymentSessionId: payWith.session.payment_session_id ?? '',
      ...(awaySelf ? { redirectTarget: '_self', returnUrl: host.returnUrl() } : { redirectTarget: '_modal' }),
    });
    // Closed, or refused: it can be opened again.
    if (!redirect) tell({ type: error ? 'open' : 'done' });
  };
  tell({ type: 'open' });
  return {
    submit: () => void pay().catch(() => tell({ type: 'lost' })),
    close() {
      // Nothing of its script takes the form away.
      for (const theirs of document.querySelectorAll('body > :not(#root)')) theirs.remove();
      tell({ type: 'open' });
    },
  };
}
