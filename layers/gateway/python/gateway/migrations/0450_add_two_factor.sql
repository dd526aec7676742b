-- The second factor of a log-in: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for the day
-- on which the telephone is lost.
ALTER TABLE users
    -- The app's secret, sealed. There from the beginning of an enrolment; asked for once it was confirmed.
    ADD COLUMN totp_secret bytea,
    ADD COLUMN totp_confirmed_at timestamptz,
    -- The time step of the last code that was taken: none works twice (RFC 6238, section 5.2).
    ADD COLUMN totp_last_step bigint,
    -- Keyed hashes of the recovery codes that are left; each works once.
    ADD COLUMN recovery_hashes bytea[];
