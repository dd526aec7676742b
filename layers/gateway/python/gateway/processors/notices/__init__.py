"""What processors tell us by themselves: hints that something is to be looked at."""
