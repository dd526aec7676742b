"""What `make dev` and `make setup` tell a person instead of a trace."""


class DevError(Exception):
    """Something the person at the terminal can act on, said in one line."""
