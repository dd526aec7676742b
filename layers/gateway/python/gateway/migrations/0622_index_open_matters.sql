-- What the overview counts for people: few rows of tables that may have many.
CREATE INDEX disputes_open ON disputes (merchant_id, mode) WHERE status = 'needs_response';
CREATE INDEX processor_notices_in_review ON processor_notices (merchant_id, mode) WHERE review_reason IS NOT NULL;
