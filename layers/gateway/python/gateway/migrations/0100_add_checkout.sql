-- How a merchant's hosted page looks, where it may be framed, and what it offers. No row: the defaults.
CREATE TABLE checkout_settings (
    merchant_id     uuid NOT NULL REFERENCES merchants,
    mode            text NOT NULL CHECK (mode IN ('test', 'live')),
    -- Origins (scheme://host[:port]) whose pages may open the checkout, and where it may return to.
    -- In test mode every port of localhost, 127.0.0.1 and [::1] is allowed as well.
    allowed_origins text[] NOT NULL DEFAULT '{}' CHECK (cardinality(allowed_origins) <= 50),
    -- Shown to shoppers; null: the merchant's name.
    display_name    text CHECK (length(display_name) BETWEEN 1 AND 100),
    primary_color   text CHECK (primary_color ~ '^#[0-9a-f]{6}$'),
    methods         text[] NOT NULL DEFAULT '{card,upi}'
                    CHECK (cardinality(methods) >= 1 AND methods <@ '{card,upi}'),
    -- Payee of UPI links and codes.
    upi_vpa         text CHECK (length(upi_vpa) BETWEEN 3 AND 255),
    -- ISO 18245 merchant category, part of a UPI link.
    merchant_category text NOT NULL DEFAULT '5999' CHECK (merchant_category ~ '^[0-9]{4}$'),
    -- Seconds a shopper has to pay an order, from its creation; null: no limit.
    order_seconds   int CHECK (order_seconds BETWEEN 60 AND 31536000),
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, mode)
);

-- More time that a shopper asked for (WCAG 2.2.1): each one adds the first limit once more.
CREATE TABLE checkout_extensions (
    order_id text PRIMARY KEY REFERENCES orders,
    count    smallint NOT NULL CHECK (count BETWEEN 1 AND 10)
);

-- Where live card payments of the hosted page came from, against card testing. Rows live for a day.
CREATE TABLE checkout_attempts (
    payment_id   text PRIMARY KEY REFERENCES payments,
    -- HMAC of the address: tells that two attempts came from one place, and nothing else.
    address_hash bytea NOT NULL,
    created_at   timestamptz NOT NULL
);
CREATE INDEX checkout_attempts_by_address ON checkout_attempts (address_hash, created_at);
CREATE INDEX checkout_attempts_by_age ON checkout_attempts (created_at);
-- Failures of one card at one merchant.
CREATE INDEX payments_failed_by_card ON payments (merchant_id, card_fingerprint, updated_at)
    WHERE status = 'failed' AND card_fingerprint IS NOT NULL;
