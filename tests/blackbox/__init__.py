"""One suite for every host: it knows the public API, a base URL, and nothing of how the product runs."""
