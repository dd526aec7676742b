"""Statistics of tables that have none yet, so that no plan has to wait for them.

Until a table is analysed Postgres takes each merchant for one of two hundred, and believes of an index that begins
with merchant and mode that it leads to as few rows as an id does: a look-up by id then reads all that the merchant
has, at 10,000 payments a millisecond for each. (Autovacuum comes after a minute.)
"""

from typing import Final

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

_FIRST_VERSION: Final = 180_000
"""Since Postgres 18 statistics can be told (`pg_restore_attribute_stats`, chapter 9.28 of its manual)."""

# As if all rows were one tenant's: then merchant and mode tell nothing, and the rest of a condition decides. The
# first ANALYZE of a table with rows puts the truth in its place.
_PRIME: Final = """
SELECT pg_restore_attribute_stats(
    'schemaname', n.nspname::text, 'relname', c.relname::text, 'attname', a.attname::text, 'inherited', false,
    'null_frac', 0::real, 'avg_width', CASE a.attname WHEN 'mode' THEN 5 ELSE 16 END, 'n_distinct', 1::real)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('merchant_id', 'mode') AND NOT a.attisdropped
WHERE c.relkind = 'r' AND c.reltuples < 0
  AND NOT EXISTS (SELECT 1 FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname)
"""


async def prime_statistics(connection: AsyncConnection[TupleRow]) -> None:
    """For each tenant table never analysed. The connection is the owner's. Before Postgres 18: nothing."""
    if connection.info.server_version >= _FIRST_VERSION:
        await connection.execute(_PRIME)
