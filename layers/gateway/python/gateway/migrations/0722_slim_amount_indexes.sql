-- A range of amounts is never in the order of a list, so that the time and the id behind the amount served nobody: their
-- rows were 16 to 24 bytes each that no other row has. Without them the rows of one amount share an entry: at 7.5
-- million payments 54 MB instead of 632, and a twentieth less write-ahead log for each payment.
-- A large table is left as it is, since to build an index anew keeps its writers out: see
-- deploy/sql/slim_amount_indexes.sql, which does not.
DO $$
BEGIN
    IF pg_relation_size('orders') + pg_relation_size('payments') < 256 * 1024 * 1024 THEN
        DROP INDEX orders_by_amount, payments_by_amount, refunds_by_amount;
        CREATE INDEX orders_by_amount ON orders (merchant_id, mode, amount);
        CREATE INDEX payments_by_amount ON payments (merchant_id, mode, amount);
        CREATE INDEX refunds_by_amount ON refunds (merchant_id, mode, amount);
    END IF;
END
$$;
