-- Delete up to 10,000 events older than :days days, with their deliveries and attempts; repeat until it says 0.
--   psql -v days=180 -f deploy/sql/delete_old_events.sql "$DATABASE_URL"
-- With a folder they are written there first, as CSV, and deleted only when that succeeded:
--   psql -v days=180 -v folder=/srv/archive -f deploy/sql/delete_old_events.sql "$DATABASE_URL"
-- (deploy/retention.sh does both until nothing is left.) What still has to be delivered stays. Orders, payments,
-- refunds and the ledger are never touched.
-- `-v before=TIME` instead of `days` names the moment itself: the same for all batches of a run.
-- As the owner of the tables: no process may delete what was told, and nobody who sees only a part of the rows.
\set ON_ERROR_STOP on
\pset tuples_only on
\if :{?before}
\else
SELECT now() - make_interval(days => :days) AS before \gset
\endif
BEGIN;
SET LOCAL gateway.maintenance = 'on';
-- Locked, so that nobody asks for a new delivery meanwhile.
CREATE TEMP TABLE old_events ON COMMIT DROP AS
    SELECT id FROM events
    WHERE created_at < :'before'::timestamptz
      AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event_id = events.id AND status = 'pending')
    LIMIT 10000 FOR UPDATE SKIP LOCKED;
CREATE TEMP TABLE old_deliveries ON COMMIT DROP AS
    SELECT id, event_id, status FROM deliveries WHERE event_id IN (SELECT id FROM old_events) FOR UPDATE;
-- Somebody may have asked for one before the locks were ours.
DELETE FROM old_events USING old_deliveries WHERE event_id = old_events.id AND status = 'pending';
DELETE FROM old_deliveries WHERE event_id NOT IN (SELECT id FROM old_events);

\if :{?folder}
SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYYMMDD-HH24MISS-US') AS batch \gset
\set file :folder /events- :batch .csv
COPY (SELECT e.* FROM events e JOIN old_events USING (id) ORDER BY e.era, e.xact, e.position)
    TO STDOUT (FORMAT csv, HEADER) \g :file
\set file :folder /deliveries- :batch .csv
COPY (SELECT d.* FROM deliveries d JOIN old_deliveries USING (id)) TO STDOUT (FORMAT csv, HEADER) \g :file
\set file :folder /delivery_attempts- :batch .csv
COPY (SELECT a.* FROM delivery_attempts a JOIN old_deliveries d ON d.id = a.delivery_id ORDER BY a.id)
    TO STDOUT (FORMAT csv, HEADER) \g :file
\endif

DELETE FROM delivery_attempts USING old_deliveries WHERE delivery_id = old_deliveries.id;
DELETE FROM deliveries USING old_deliveries WHERE deliveries.id = old_deliveries.id;
DELETE FROM events USING old_events WHERE events.id = old_events.id;
SELECT 'removed ' || count(*) FROM old_events;
COMMIT;
