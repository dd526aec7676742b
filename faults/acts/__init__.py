"""What is played: each act starts the product for itself, breaks it, and returns what it measured."""
