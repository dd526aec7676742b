-- Money that is held and not taken: few at any time, and looked for by whoever captures by hand. An automatic
-- payment is captured by the statement that makes it a success, so that it never enters.
CREATE INDEX payments_authorised ON payments (merchant_id, mode, created_at DESC, id DESC)
    WHERE status = 'success' AND (NOT captured OR capture_status = 'pending');
