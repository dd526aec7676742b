"""The second factor of a log-in: an authenticator app's codes, and recovery codes."""
