-- Lets the owner of the tables see all rows without saying so, until the next `gateway migrate`. The roles of the
-- processes stay bound. For processes from before these roles, which work as the owner: docs/operations.md, Upgrades.
-- As the owner: psql "$DATABASE_URL" -f deploy/sql/let_owner_see_all.sql
\set ON_ERROR_STOP on
SET lock_timeout = '5s';
SELECT format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', oid::regclass)
FROM pg_class WHERE relforcerowsecurity ORDER BY oid
\gexec
