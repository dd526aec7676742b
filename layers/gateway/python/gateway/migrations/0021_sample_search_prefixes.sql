-- How many rows a prefix will find, which decides between its index and a walk of the newest. Postgres keeps
-- no statistics for the expression of a partial index by itself.
CREATE STATISTICS orders_receipt_prefix ON lower(receipt) FROM orders;
CREATE STATISTICS payments_vpa_prefix ON lower(vpa) FROM payments;
CREATE STATISTICS refunds_reason_prefix ON lower(reason) FROM refunds;
