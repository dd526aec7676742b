"""Real processors, offline: fakes with books, judges that we did not write, and what every connector must pass."""
