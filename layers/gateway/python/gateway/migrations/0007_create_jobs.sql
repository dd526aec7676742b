-- How much work of a kind has ended, for /test/jobs/status: one row a kind, one update a batch,
-- so that no status question counts millions of rows.
CREATE TABLE job_counters (
    kind      text PRIMARY KEY CHECK (kind IN ('payments', 'refunds', 'webhooks')),
    completed bigint NOT NULL DEFAULT 0,
    failed    bigint NOT NULL DEFAULT 0
);
INSERT INTO job_counters (kind) VALUES ('payments'), ('refunds'), ('webhooks');

-- Who drains, and when it was last seen alive.
CREATE TABLE worker_heartbeats (
    worker_id  text PRIMARY KEY,
    kind       text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now()
);
