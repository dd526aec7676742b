"""The Cashfree connector, against a fake with books."""
