"""The connectors against the processors' own sandboxes: by hand, with keys from the environment."""
