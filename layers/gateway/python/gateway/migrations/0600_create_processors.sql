-- Real processors: a merchant's accounts there, which account takes which payment, what was asked of them and what
-- they answered, what they told us, and money that nobody had asked for. See docs/decisions/0015-real-processors.md.

-- A merchant's account at a processor, in one mode. Disabled: it takes no new payment, and goes on with the old ones.
CREATE TABLE processor_accounts (
    id           text PRIMARY KEY CHECK (id ~ '^acct_[A-Za-z0-9]{16}$'),
    merchant_id  uuid NOT NULL REFERENCES merchants,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    processor    text NOT NULL CHECK (processor ~ '^[a-z]{2,20}$'),
    label        text CHECK (length(label) BETWEEN 1 AND 100),
    -- removed: nothing is left to do there, and nothing is kept that opens it.
    status       text NOT NULL DEFAULT 'unchecked' CHECK (status IN ('unchecked', 'enabled', 'disabled', 'removed')),
    -- May be shown to shoppers.
    public_key   text NOT NULL CHECK (length(public_key) BETWEEN 1 AND 255),
    -- Sealed JSON: what the connector calls its secrets.
    credentials  bytea NOT NULL,
    -- Two at once, while the processor goes over from one to the other.
    webhook_secret          bytea,
    previous_webhook_secret bytea,
    -- Whether the merchant's own page may ask for a UPI address.
    collect      boolean NOT NULL DEFAULT false,
    -- The processor's name of the account: new credentials have to prove the same one.
    external_id  text,
    api_version  text,
    -- Of the last check; an error, or why a person has to look at the account.
    checked_at   timestamptz,
    problem      text,
    -- When it last told us something by itself.
    noticed_at   timestamptz,
    -- The number of changes: a process that has opened the account sees that it is another now.
    sequence     int NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);
CREATE INDEX processor_accounts_by_merchant ON processor_accounts (merchant_id, mode, created_at, id);

-- Which account takes which payment: the first rule, by position, that fits and whose account can. Null: any.
CREATE TABLE processor_routes (
    id           text PRIMARY KEY CHECK (id ~ '^rule_[A-Za-z0-9]{16}$'),
    merchant_id  uuid NOT NULL REFERENCES merchants,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    position     int NOT NULL CHECK (position BETWEEN 1 AND 100),
    account_id   text NOT NULL REFERENCES processor_accounts,
    method       text CHECK (method IN ('upi', 'card')),
    network      text CHECK (length(network) BETWEEN 1 AND 30),
    currency     text CHECK (currency ~ '^[A-Z]{3}$'),
    amount_from  bigint CHECK (amount_from >= 0),
    amount_to    bigint CHECK (amount_to >= amount_from OR amount_from IS NULL),
    -- Of the payments that fit, in hundredths; the others go on to the next rule.
    share        smallint NOT NULL DEFAULT 100 CHECK (share BETWEEN 1 AND 100),
    created_at   timestamptz NOT NULL,
    CONSTRAINT processor_routes_position UNIQUE (merchant_id, mode, position) DEFERRABLE INITIALLY IMMEDIATE
);

-- The emergency stop. Null merchant: everybody's; null account: all accounts. Live only.
CREATE TABLE processor_stops (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant_id uuid REFERENCES merchants,
    account_id  text REFERENCES processor_accounts,
    -- New payments, or refunds: two switches.
    covers      text NOT NULL CHECK (covers IN ('payments', 'refunds')),
    reason      text CHECK (length(reason) <= 255),
    by_whom     text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT processor_stops_account_has_merchant CHECK (account_id IS NULL OR merchant_id IS NOT NULL)
);
CREATE UNIQUE INDEX processor_stops_once ON processor_stops
    (covers, coalesce(merchant_id, '00000000-0000-0000-0000-000000000000'), coalesce(account_id, ''));

-- What was asked of a processor: committed with the claim, before it is asked. A repeat has the same key.
CREATE TABLE processor_operations (
    key          text PRIMARY KEY CHECK (key ~ '^(pay|rfnd|unex)_[A-Za-z0-9]{16}:[a-z]+(:[0-9]+)?$'),
    merchant_id  uuid NOT NULL REFERENCES merchants,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    account_id   text NOT NULL REFERENCES processor_accounts,
    payment_id   text NOT NULL REFERENCES payments,
    kind         text NOT NULL CHECK (kind IN ('prepare', 'authorize', 'capture', 'void', 'refund', 'close')),
    amount       bigint NOT NULL CHECK (amount > 0),
    currency     text NOT NULL,
    -- SHA-256 of what was asked: a repeat that asks for something else is never sent.
    request_hash bytea,
    -- The processor's ids: of what this made, and of the money.
    reference    text CHECK (length(reference) <= 255),
    charge       text CHECK (length(charge) <= 255),
    -- What the checkout page needs to open the processor's form: sealed.
    session      bytea,
    session_expires_at timestamptz,
    -- Null: it has not been sent, for sure.
    first_sent_at timestamptz,
    sends        int NOT NULL DEFAULT 0,
    -- What it came to: approved, declined, pending, action, closed, absent, unknown, not_sent, misconfigured.
    outcome      text,
    -- In the processor's words.
    raw          text CHECK (length(raw) <= 500),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX processor_operations_by_payment ON processor_operations (payment_id);
-- A notice names the processor's ids.
CREATE INDEX processor_operations_by_reference ON processor_operations (account_id, reference)
    WHERE reference IS NOT NULL;
CREATE INDEX processor_operations_by_charge ON processor_operations (account_id, charge) WHERE charge IS NOT NULL;

-- Each HTTP exchange, without secrets: kept like the attempts of a webhook.
CREATE TABLE processor_calls (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    operation_key text NOT NULL,
    merchant_id   uuid NOT NULL,
    mode          text NOT NULL CHECK (mode IN ('test', 'live')),
    account_id    text NOT NULL,
    payment_id    text NOT NULL,
    started_at    timestamptz NOT NULL,
    duration_ms   int NOT NULL,
    method        text NOT NULL,
    path          text NOT NULL,
    request       jsonb,
    status        int,
    response      jsonb,
    error         text
);
CREATE INDEX processor_calls_by_payment ON processor_calls (payment_id, id);
CREATE INDEX processor_calls_by_age ON processor_calls (started_at);

-- What a processor told us: a hint. Written once, whoever sends it again.
CREATE TABLE processor_notices (
    account_id  text NOT NULL REFERENCES processor_accounts,
    event_id    text NOT NULL CHECK (length(event_id) <= 255),
    merchant_id uuid NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    type        text NOT NULL CHECK (length(type) <= 100),
    topic       text NOT NULL CHECK (topic IN ('payment', 'refund', 'dispute', 'other')),
    -- The processor's ids that it names, and ours.
    objects     text[] NOT NULL,
    own_ids     text[] NOT NULL DEFAULT '{}',
    -- The payment that it made due; null while there is none.
    payment_id  text,
    received_at timestamptz NOT NULL DEFAULT now(),
    -- When an object is looked for again; null: nothing is waited for.
    try_at      timestamptz,
    tries       int NOT NULL DEFAULT 0,
    review_reason text,
    PRIMARY KEY (account_id, event_id)
);
CREATE INDEX processor_notices_waiting ON processor_notices (try_at) WHERE try_at IS NOT NULL;
CREATE INDEX processor_notices_by_age ON processor_notices (received_at);
CREATE INDEX processor_notices_by_payment ON processor_notices (payment_id) WHERE payment_id IS NOT NULL;

-- Money that came after its payment was over, or twice: told, booked, and paid back by itself (a setting).
CREATE TABLE unexpected_money (
    id           text PRIMARY KEY CHECK (id ~ '^unex_[A-Za-z0-9]{16}$'),
    merchant_id  uuid NOT NULL REFERENCES merchants,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    account_id   text NOT NULL REFERENCES processor_accounts,
    payment_id   text NOT NULL REFERENCES payments,
    -- The processor's id of the money: it is found once.
    charge       text NOT NULL CHECK (length(charge) <= 255),
    amount       bigint NOT NULL CHECK (amount > 0),
    currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    reason       text NOT NULL CHECK (reason IN ('late', 'twice')),
    -- kept: it is not to be paid back by itself.
    status       text NOT NULL CHECK (status IN ('returning', 'returned', 'kept', 'review')),
    review_reason text,
    found_at     timestamptz NOT NULL,
    returned_at  timestamptz,
    CONSTRAINT unexpected_money_once UNIQUE (account_id, charge),
    CONSTRAINT unexpected_money_returned_at CHECK ((status = 'returned') = (returned_at IS NOT NULL))
);
CREATE INDEX unexpected_money_by_payment ON unexpected_money (payment_id);
CREATE INDEX unexpected_money_by_merchant ON unexpected_money (merchant_id, mode, found_at DESC, id DESC);

-- Where the shopper comes back to.
ALTER TABLE orders ADD COLUMN return_url text CHECK (length(return_url) <= 2048);

ALTER TABLE payments
    -- Who takes it; null: the simulated bank. Frozen but for a failure before any page could show it.
    ADD COLUMN account_id text,
    -- Its processor, the id of what was prepared there, and the processor's own word for its refusal.
    ADD COLUMN processor text,
    ADD COLUMN processor_reference text,
    ADD COLUMN decline_code text,
    -- How many accounts have been tried: from the second on part of the key of `prepare`.
    ADD COLUMN account_number smallint NOT NULL DEFAULT 1,
    ADD COLUMN return_url text,
    -- How the shopper pays by UPI; null: by a typed address, or what the processor's form offers.
    ADD COLUMN flow text,
    -- The code with which the payment will have failed once the processor has said that no money can come.
    ADD COLUMN closing text,
    -- The processor said that something has changed, since this work was claimed.
    ADD COLUMN noticed_at timestamptz;
ALTER TABLE payments
    ADD CONSTRAINT payments_account_id_fkey FOREIGN KEY (account_id) REFERENCES processor_accounts NOT VALID,
    DROP CONSTRAINT payments_work_check,
    ADD CONSTRAINT payments_work_check CHECK (work IN ('authorize', 'capture', 'void', 'close', 'check')) NOT VALID,
    ADD CONSTRAINT payments_flow CHECK (flow IN ('collect', 'intent', 'qr')) NOT VALID,
    ADD CONSTRAINT payments_work_of_an_account CHECK (work NOT IN ('close', 'check') OR account_id IS NOT NULL) NOT VALID,
    -- What pays is typed into the processor's form: we learn it afterwards, or never.
    DROP CONSTRAINT payments_method_fields,
    ADD CONSTRAINT payments_method_fields CHECK (
        CASE WHEN method = 'upi'
             THEN card_last4 IS NULL AND (vpa IS NOT NULL OR account_id IS NOT NULL OR flow IN ('intent', 'qr'))
             ELSE vpa IS NULL AND (account_id IS NOT NULL OR (card_last4 IS NOT NULL AND card_network IS NOT NULL))
        END) NOT VALID,
    -- An account's automatic payment that is authorised is captured by us before it is a success; one whose time is over
    -- is closed before it has failed.
    DROP CONSTRAINT payments_pending_is_worked,
    ADD CONSTRAINT payments_pending_is_worked CHECK (
        status NOT IN ('pending', 'requires_action') OR work = 'authorize'
        OR (account_id IS NOT NULL AND work IN ('capture', 'close')) OR review_reason IS NOT NULL) NOT VALID;
CREATE INDEX payments_by_account ON payments (account_id, created_at) WHERE account_id IS NOT NULL;

ALTER TABLE refunds
    -- Who made it: us, or somebody in the processor's own dashboard.
    ADD COLUMN origin text NOT NULL DEFAULT 'gateway',
    -- When the processor took a processed refund back.
    ADD COLUMN taken_back_at timestamptz;
ALTER TABLE refunds
    ADD CONSTRAINT refunds_origin CHECK (origin IN ('gateway', 'processor')) NOT VALID;
