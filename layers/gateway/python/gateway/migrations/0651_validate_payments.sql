-- In a transaction of its own, which keeps no writer out while all rows are read.
ALTER TABLE payments VALIDATE CONSTRAINT payments_hold;
