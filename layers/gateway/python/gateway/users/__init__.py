"""The people who work in a merchant's dashboard: log-in, sessions, roles, team."""
