-- The list of what was asked of processors, newest first.
CREATE INDEX processor_operations_listed ON processor_operations (merchant_id, mode, created_at DESC, key DESC);
