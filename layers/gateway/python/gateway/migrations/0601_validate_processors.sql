-- In a transaction of its own, which keeps no writer out while all rows are read.
ALTER TABLE payments VALIDATE CONSTRAINT payments_account_id_fkey;
ALTER TABLE payments VALIDATE CONSTRAINT payments_work_check;
ALTER TABLE payments VALIDATE CONSTRAINT payments_flow;
ALTER TABLE payments VALIDATE CONSTRAINT payments_work_of_an_account;
ALTER TABLE payments VALIDATE CONSTRAINT payments_method_fields;
ALTER TABLE payments VALIDATE CONSTRAINT payments_pending_is_worked;
ALTER TABLE refunds VALIDATE CONSTRAINT refunds_origin;
