"""Stripe: one PaymentIntent per payment of ours, which the shopper pays in Stripe's Payment Element."""
