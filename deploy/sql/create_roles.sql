-- The roles of the gateway, for a server on which the user of DATABASE_URL may not create any. By an administrator,
-- once per server, before the first `gateway migrate`; may be run again:
--   psql -v owner=gateway -f deploy/sql/create_roles.sql "$ADMIN_URL"
-- `owner` is the user of DATABASE_URL. Where processes have users of their own (docs/operations.md), grant each its role.
\set ON_ERROR_STOP on
SELECT format('CREATE ROLE %I NOLOGIN', name)
FROM unnest(ARRAY['gateway_app', 'gateway_worker', 'gateway_auditor', 'gateway_lookup']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
-- From Postgres 16 on to take a role and to have its rights without taking it are two things: the owner needs the first.
SELECT format('GRANT %I TO %I %s', name, :'owner',
              CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'WITH SET TRUE, INHERIT FALSE' ELSE '' END)
FROM unnest(ARRAY['gateway_app', 'gateway_worker', 'gateway_auditor', 'gateway_lookup']) AS name \gexec
