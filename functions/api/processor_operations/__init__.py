"""What was asked of processors, and what came of it."""
