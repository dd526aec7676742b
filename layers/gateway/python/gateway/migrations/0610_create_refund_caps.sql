-- How much may be paid back in a day (of UTC), in minor units. Without a row there is no cap; null: not this one.
CREATE TABLE refund_caps (
    merchant_id  uuid NOT NULL REFERENCES merchants,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    per_merchant bigint CHECK (per_merchant >= 0),
    -- Of one API key, or of one person at the dashboard.
    per_key      bigint CHECK (per_key >= 0),
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode, currency),
    CONSTRAINT refund_caps_has_one CHECK (per_merchant IS NOT NULL OR per_key IS NOT NULL)
);

-- What has been asked for under a cap. A row is counted up by the statement that compares it, so that two refunds at
-- once cannot both take what is left. A refund that fails later was asked for all the same.
CREATE TABLE refund_cap_uses (
    merchant_id uuid NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    currency    text NOT NULL,
    day         date NOT NULL,
    -- The key or person; empty: the sum of all.
    maker       text NOT NULL,
    amount      bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (merchant_id, mode, day, currency, maker)
);

-- An emergency stop of a merchant or of everybody is the operator's, who works as the owner of the tables: the API
-- sets and ends those of accounts.
CREATE FUNCTION refuse_wide_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user IN ('gateway_app', 'gateway_worker') THEN
        RAISE EXCEPTION 'only the operator sets or ends this stop' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER wide_stops_are_set_by_the_operator BEFORE INSERT ON processor_stops
    FOR EACH ROW WHEN (NEW.account_id IS NULL) EXECUTE FUNCTION refuse_wide_stop();
CREATE TRIGGER wide_stops_are_ended_by_the_operator BEFORE DELETE ON processor_stops
    FOR EACH ROW WHEN (OLD.account_id IS NULL) EXECUTE FUNCTION refuse_wide_stop();
