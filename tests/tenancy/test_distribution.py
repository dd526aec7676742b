"""Whatever does not carry the merchant is known, with its reason: nothing new stands in the way unseen."""

from tests.tenancy import distribution
from tests.tenancy.conftest import World
from tests.tenancy.statements_of_layer import TENANT_TABLES, statements

_KEYS = """
SELECT i.relname FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indisunique AND t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p')
  AND NOT t.relispartition AND t.relname = ANY (%s)
  AND NOT EXISTS (SELECT 1 FROM pg_attribute a
      WHERE a.attrelid = t.oid AND a.attname = 'merchant_id' AND a.attnum = ANY (x.indkey))
"""
_REFERENCES = """
SELECT k.conname FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
WHERE k.contype = 'f' AND k.conparentid = 0 AND t.relname = ANY (%(tables)s) AND f.relname = ANY (%(tables)s)
  AND NOT EXISTS (SELECT 1 FROM pg_attribute a
      WHERE a.attrelid = t.oid AND a.attname = 'merchant_id' AND a.attnum = ANY (k.conkey))
"""


def test_each_unique_key_without_the_merchant_is_known(world: World) -> None:
    assert set(world.column(_KEYS, list(TENANT_TABLES))) == set(distribution.KEYS)


def test_each_reference_without_the_merchant_is_known(world: World) -> None:
    rows = world.owner.execute(_REFERENCES.encode(), {"tables": list(TENANT_TABLES)}).fetchall()
    assert {row[0] for row in rows} == set(distribution.REFERENCES)


def test_each_statement_without_the_merchant_is_known() -> None:
    """A new one names its merchant, or gets a line with its reason in `distribution.py`."""
    found = [one for one in statements() if one.tables]
    assert len(found) > 200, "the statements of the layer are read"
    assert {one.place for one in found if not one.says_whose} == set(distribution.STATEMENTS)
