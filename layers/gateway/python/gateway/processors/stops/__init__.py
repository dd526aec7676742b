"""The emergency stop: no new live payment, or no refund, of an account, of a merchant, or of everybody."""
