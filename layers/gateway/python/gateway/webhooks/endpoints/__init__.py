"""Where a merchant wants its webhooks: URL, secret, filters, health."""
