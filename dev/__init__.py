"""Everything that makes a fresh clone run on one machine: set-up, embedded servers, supervisor of `make dev`.

Nothing here is deployed, and nothing here imports the `gateway` package to start a server: the databases come
up even when the product is broken.
"""
