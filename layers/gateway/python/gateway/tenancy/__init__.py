"""Who may see and change which rows, held by the database itself: roles, row-level security, look-ups."""
