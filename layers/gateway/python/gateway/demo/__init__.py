"""A merchant with a past: many orders, payments, refunds and deliveries, for looking and for measuring."""
