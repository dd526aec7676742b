-- Which run of transaction numbers events are written under at the moment: one row.
-- Raised by `gateway migrate` together with the default of events.era, after a restore: see webhooks/feed.py.
CREATE TABLE event_feed (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    era      int NOT NULL
);
INSERT INTO event_feed (era) VALUES (1);
