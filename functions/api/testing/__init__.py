"""What only test keys may ask for."""
