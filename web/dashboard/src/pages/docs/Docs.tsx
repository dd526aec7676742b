import { SegmentedControl } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { usePair } from '../../api/keys';
import { useSession } from '../../session/session';
import { Code } from '../../ui/Copy';
import { Page, Panel } from '../../ui/Page';
import { Run } from './Run';
import { createOrder, LANGUAGES, type Language, openCheckout, verifyWebhook } from './snippets';

/** From nothing to a paid order, with the merchant's own key in every line. */
export function Docs() {
  const [language, setLanguage] = useState<Language>('curl');
  const session = useSession();
  const of = { pair: usePair(), api: session.api_url, checkout: session.checkout_url };
  return (
    <Page
      title="Docs"
      testId="api-docs"
      lead={
        <>
          Three steps. The snippets hold your own key; amounts are in the currency's smallest unit. Every
          request and field is in the{' '}
          <a className="link" href={`${session.api_url}/docs`} target="_blank" rel="noreferrer">
            API reference
          </a>
          .
        </>
      }
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Language"
          value={language}
          onChange={(value) => setLanguage(value as Language)}
          data={LANGUAGES}
        />
      }
    >
      <Panel
        title="1. Create an order, on your server"
        lead="The amount is fixed here, so that no page can change it."
        testId="section-create-order"
      >
        <Code testId="code-snippet-create-order" label="create an order" text={createOrder(of, language)} />
        <Run />
      </Panel>
      <Panel
        title="2. Open the checkout, on your page"
        lead="Only the key is in the page, never the secret. Card data goes to the checkout, never through your server."
        testId="section-sdk-integration"
      >
        <Code testId="code-snippet-sdk" label="open the checkout" text={openCheckout(of)} />
        <p className="muted">
          <code className="mono">onSuccess</code> is a hint for the page. Ship when your server has heard the
          webhook, or has read the order.
        </p>
      </Panel>
      <Panel
        title="3. Verify the webhook, on your server"
        lead="Over the raw body, before any framework parses it."
        testId="section-webhook-verification"
      >
        <Code
          testId="code-snippet-webhook"
          label="verify a webhook"
          text={verifyWebhook(language === 'curl' ? 'node' : language)}
        />
        <p className="muted">
          Does not match? The{' '}
          <Link className="link" to="/dashboard/webhooks">
            signature doctor
          </Link>{' '}
          says which part differs.
        </p>
      </Panel>
    </Page>
  );
}
