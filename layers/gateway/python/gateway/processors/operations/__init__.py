"""What was asked of processors, and each exchange of it."""
