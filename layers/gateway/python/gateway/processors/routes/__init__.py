"""Which account takes which payment: a merchant's ordered rules, and the emergency stop."""
