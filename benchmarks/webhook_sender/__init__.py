"""How fast one sender process works off a backlog of webhooks, claim and record included."""
