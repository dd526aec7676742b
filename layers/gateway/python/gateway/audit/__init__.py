"""Who did what: one row per control action."""
