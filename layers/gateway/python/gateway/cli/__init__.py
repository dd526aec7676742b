"""The operator's command: `gateway …`, a file per noun."""
