-- When the next delayed hint of a kind comes (only where SQS carries them): a hundred drains that all see
-- the same row fall due in ten seconds send one hint for it, not a hundred. Losing a hint is harmless.
ALTER TABLE job_counters ADD COLUMN next_hint_at timestamptz;
