"""Money that nobody expected: it came after its payment was over, or twice."""
