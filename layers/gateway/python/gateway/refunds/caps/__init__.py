"""How much a merchant, or one key of his, may pay back in a day. Off unless an owner sets it."""
