"""What the hosted page needs beyond the contract: its session, its limits, its signed result."""
