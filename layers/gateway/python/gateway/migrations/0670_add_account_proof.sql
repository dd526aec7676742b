-- What an account's last check asked and was answered, without secrets; and how old its webhook secrets are (null: they
-- were set before this was kept).
ALTER TABLE processor_accounts
    ADD COLUMN check_calls jsonb,
    ADD COLUMN webhook_secret_at timestamptz,
    ADD COLUMN previous_webhook_secret_at timestamptz;
