-- Once, for a database whose orders and payments had more than 256 MB when migrations 0722 and 0723 came: its amount indexes are
-- built anew beside the traffic, a twelfth as large. Some seconds for each million rows; may be broken off and repeated.
--   psql -f deploy/sql/slim_amount_indexes.sql "$DATABASE_URL"
-- As the owner of the tables.
\set ON_ERROR_STOP on
DROP INDEX CONCURRENTLY IF EXISTS orders_by_amount_anew;
DROP INDEX CONCURRENTLY IF EXISTS payments_by_amount_anew;
DROP INDEX CONCURRENTLY IF EXISTS refunds_by_amount_anew;

CREATE INDEX CONCURRENTLY orders_by_amount_anew ON orders (merchant_id, mode, amount) WHERE amount > 0;
DROP INDEX CONCURRENTLY IF EXISTS orders_by_amount;
ALTER INDEX orders_by_amount_anew RENAME TO orders_by_amount;

CREATE INDEX CONCURRENTLY payments_by_amount_anew ON payments (merchant_id, mode, amount) WHERE amount > 0;
DROP INDEX CONCURRENTLY IF EXISTS payments_by_amount;
ALTER INDEX payments_by_amount_anew RENAME TO payments_by_amount;

CREATE INDEX CONCURRENTLY refunds_by_amount_anew ON refunds (merchant_id, mode, amount) WHERE amount > 0;
DROP INDEX CONCURRENTLY IF EXISTS refunds_by_amount;
ALTER INDEX refunds_by_amount_anew RENAME TO refunds_by_amount;
