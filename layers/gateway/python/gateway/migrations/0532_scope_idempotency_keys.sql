-- Two requests that differ in their query strings are two requests. Rows of the version before do not tell them apart:
-- they go on being replayed by path and body alone, until they are deleted for their age.
ALTER TABLE idempotency_keys ADD COLUMN with_query boolean NOT NULL DEFAULT false;
