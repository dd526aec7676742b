-- What `q` searches is kept and asked for in one form: composed (NFC), lower case, one sigma. A text typed on one
-- machine is found from another, and a Greek word also by its capitals, whose last sigma looks like the others.
-- Rows of earlier times that this changes are filled in anew by `fill_columns`. The version before writes lower(),
-- which is the same for nearly all texts; where it is not the trigger corrects it.
CREATE FUNCTION searched(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(lower(normalize(given, NFC)), chr(962), chr(963));

CREATE OR REPLACE FUNCTION lower_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.receipt_lower := public.searched(NEW.receipt); RETURN NEW; END $$;
CREATE OR REPLACE FUNCTION lower_vpa() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.vpa_lower := public.searched(NEW.vpa); RETURN NEW; END $$;
CREATE OR REPLACE FUNCTION lower_reason() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.reason_lower := public.searched(NEW.reason); RETURN NEW; END $$;

CREATE OR REPLACE TRIGGER lower_receipt BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW WHEN (NEW.receipt_lower IS DISTINCT FROM searched(NEW.receipt)) EXECUTE FUNCTION lower_receipt();
CREATE OR REPLACE TRIGGER lower_vpa BEFORE INSERT OR UPDATE ON payments
    FOR EACH ROW WHEN (NEW.vpa_lower IS DISTINCT FROM searched(NEW.vpa)) EXECUTE FUNCTION lower_vpa();
CREATE OR REPLACE TRIGGER lower_reason BEFORE INSERT OR UPDATE ON refunds
    FOR EACH ROW WHEN (NEW.reason_lower IS DISTINCT FROM searched(NEW.reason)) EXECUTE FUNCTION lower_reason();
