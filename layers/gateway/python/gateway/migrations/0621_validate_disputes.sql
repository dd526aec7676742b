-- In a transaction of its own, which keeps no writer out while all rows are read.
ALTER TABLE refunds VALIDATE CONSTRAINT refunds_processed_at_with_status;
ALTER TABLE refunds VALIDATE CONSTRAINT refunds_taken_back_means_failed;
ALTER TABLE ledger_entries VALIDATE CONSTRAINT ledger_entries_id_check;
ALTER TABLE ledger_entries VALIDATE CONSTRAINT ledger_entries_kind_names_accounts;
