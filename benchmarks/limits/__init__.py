"""What this machine can do at best, in the same minute: a bare ASGI echo, and pgbench with our statements."""
