"""The one-endpoint face of webhooks that existing dashboards call."""
