"""How the product reaches Redis."""
