"""Invitations into a team: a link that is good for seven days and once."""
