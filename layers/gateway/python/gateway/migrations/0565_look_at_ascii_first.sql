-- Before each write of a row Postgres prepares the condition of its trigger anew; one that calls a function in SQL, as
-- searched() is, costs a fifth of storing an order. ASCII has one form, so that lower() is all that searched() does to
-- it: the condition asks that first, by functions that need no preparing, and hands any other text to the trigger.
-- A write that sets neither column changes neither.
CREATE OR REPLACE TRIGGER lower_receipt BEFORE INSERT OR UPDATE OF receipt, receipt_lower ON orders
    FOR EACH ROW WHEN (NEW.receipt_lower IS DISTINCT FROM lower(NEW.receipt)
                       OR octet_length(NEW.receipt) <> length(NEW.receipt)) EXECUTE FUNCTION lower_receipt();
CREATE OR REPLACE TRIGGER lower_vpa BEFORE INSERT OR UPDATE OF vpa, vpa_lower ON payments
    FOR EACH ROW WHEN (NEW.vpa_lower IS DISTINCT FROM lower(NEW.vpa)
                       OR octet_length(NEW.vpa) <> length(NEW.vpa)) EXECUTE FUNCTION lower_vpa();
CREATE OR REPLACE TRIGGER lower_reason BEFORE INSERT OR UPDATE OF reason, reason_lower ON refunds
    FOR EACH ROW WHEN (NEW.reason_lower IS DISTINCT FROM lower(NEW.reason)
                       OR octet_length(NEW.reason) <> length(NEW.reason)) EXECUTE FUNCTION lower_reason();
