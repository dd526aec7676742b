-- Jobs in a kind's Redis queue that were no hints, and were dropped unread. Nobody but a stranger at Redis makes such.
ALTER TABLE job_counters ADD COLUMN dropped bigint NOT NULL DEFAULT 0;
