-- Delete up to 10,000 events older than :days days, with their deliveries and attempts; repeat until "DELETE 0".
--   psql -v days=180 -f deploy/sql/delete_old_events.sql "$DATABASE_URL"
-- What still has to be delivered stays. Orders, payments and refunds are never touched.
\set ON_ERROR_STOP on
BEGIN;
CREATE TEMP TABLE old_events ON COMMIT DROP AS
    SELECT id FROM events
    WHERE created_at < now() - make_interval(days => :days)
      AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event_id = events.id AND status = 'pending')
    LIMIT 10000;
DELETE FROM delivery_attempts USING deliveries, old_events
    WHERE delivery_attempts.delivery_id = deliveries.id AND deliveries.event_id = old_events.id;
DELETE FROM deliveries USING old_events WHERE deliveries.event_id = old_events.id;
DELETE FROM events USING old_events WHERE events.id = old_events.id;
COMMIT;
