"""Connections to Postgres: lent for a tenant, bounded in number and time."""

from gateway.database.pool import (
    Connection,
    Database,
    PooledDatabase,
    SingleDatabase,
    connect_arguments,
    owner_connection,
)

__all__ = ["Connection", "Database", "PooledDatabase", "SingleDatabase", "connect_arguments", "owner_connection"]
