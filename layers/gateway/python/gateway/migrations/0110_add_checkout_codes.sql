-- Fresh UPI codes of a payment that waits for its shopper. No row: the first code, as old as the payment.
CREATE TABLE checkout_codes (
    payment_id text PRIMARY KEY REFERENCES payments,
    -- Number of the code that is shown; the first one is 1 and has no row.
    number     smallint NOT NULL CHECK (number BETWEEN 2 AND 10),
    -- Its time to be scanned runs from here.
    issued_at  timestamptz NOT NULL
);
