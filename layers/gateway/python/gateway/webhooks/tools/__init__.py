"""What developers use: listen, trigger, test events."""
