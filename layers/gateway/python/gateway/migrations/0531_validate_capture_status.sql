-- In a transaction of its own, which keeps no writer out while all rows are read.
ALTER TABLE payments VALIDATE CONSTRAINT payments_capture_status;
ALTER TABLE payments VALIDATE CONSTRAINT payments_void_status;
ALTER TABLE payments VALIDATE CONSTRAINT payments_refused_capture_takes_nothing;
ALTER TABLE payments VALIDATE CONSTRAINT payments_voided_means_cancelled;
ALTER TABLE payments VALIDATE CONSTRAINT payments_asked_is_worked;
ALTER TABLE payments VALIDATE CONSTRAINT payments_refund_bounds;
