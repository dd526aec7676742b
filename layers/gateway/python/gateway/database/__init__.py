"""Connections to Postgres: lent for a tenant, bounded in number and time."""

from gateway.database.in_hand import require_no_connection
from gateway.database.pool import (
    Connection,
    Database,
    PooledDatabase,
    SingleDatabase,
    connect_arguments,
    owner_connection,
)

__all__ = [
    "Connection",
    "Database",
    "PooledDatabase",
    "SingleDatabase",
    "connect_arguments",
    "owner_connection",
    "require_no_connection",
]
