"""Try it: a merchant pays the least amount himself, and sees each step confirmed by the processor."""
