"""The Stripe connector, over a fake Stripe with books."""
