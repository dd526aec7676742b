"""Everything that happened to a payment, in one order."""
