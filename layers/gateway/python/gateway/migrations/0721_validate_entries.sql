-- In a transaction of its own, which keeps no writer out while all rows are read.
ALTER TABLE ledger_entries VALIDATE CONSTRAINT ledger_entries_hold;
ALTER TABLE orders VALIDATE CONSTRAINT orders_hold;
