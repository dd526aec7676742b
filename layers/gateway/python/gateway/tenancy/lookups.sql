-- What has to be asked before the tenant is known. Every function belongs to gateway_lookup, a role that nobody logs
-- in as and that may read the columns named here and no others; it answers with whose something is.
-- `tenancy.access` creates them, when this file has changed.

-- An API request: whose key is it, and is the secret right? The one function that tells more than the tenant.
CREATE FUNCTION tenant.api_key(key_id text)
RETURNS TABLE (id text, merchant_id uuid, mode text, secret_hash bytea, scopes text[], expires_at timestamptz,
               revoked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.id, k.merchant_id, k.mode, k.secret_hash, k.scopes, k.expires_at, k.revoked_at
    FROM public.api_keys k WHERE k.id = key_id
$$;

-- The checkout: the order's id, 95 random bits, is the permission to see its public part and to pay it.
CREATE FUNCTION tenant.of_order(order_id text) RETURNS TABLE (merchant_id uuid, mode text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.merchant_id, o.mode FROM public.orders o WHERE o.id = order_id
$$;

-- The checkout's wait for payments, those of all waiting pages at once; the ids are the permission.
CREATE FUNCTION tenant.of_payments(payment_ids text[]) RETURNS TABLE (id text, merchant_id uuid, mode text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.id, p.merchant_id, p.mode FROM public.payments p WHERE p.id = ANY (payment_ids)
$$;

-- A processor's notice: the address names the account, and the signature is the permission.
CREATE FUNCTION tenant.of_processor_account(account_id text) RETURNS TABLE (merchant_id uuid, mode text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.merchant_id, a.mode FROM public.processor_accounts a WHERE a.id = account_id
$$;

-- The dashboard: by the hash of the cookie's token.
CREATE FUNCTION tenant.of_session(token bytea) RETURNS TABLE (merchant_id uuid, mode text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT u.merchant_id, 'test'::text FROM public.user_sessions s JOIN public.users u ON u.id = s.user_id
    WHERE s.token_hash = token
$$;

-- An invitation's link: by the hash of its token.
CREATE FUNCTION tenant.of_invitation(token bytea) RETURNS TABLE (merchant_id uuid, mode text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT u.merchant_id, 'test'::text FROM public.users u WHERE u.invite_hash = token
$$;

-- The log-in: an address belongs to one person at one merchant.
CREATE FUNCTION tenant.of_login(address text) RETURNS TABLE (merchant_id uuid, mode text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT u.merchant_id, 'test'::text FROM public.users u WHERE u.email = address AND u.removed_at IS NULL
$$;

-- Card testing goes over many merchants from one address: how many payments from it failed in ten minutes.
CREATE FUNCTION tenant.declines_from(address bytea) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) FROM public.checkout_attempts a JOIN public.payments p ON p.id = a.payment_id
    WHERE a.address_hash = address AND p.status = 'failed' AND a.created_at > now() - interval '10 minutes'
$$;

-- /test/jobs/status counts the work of everybody, by kind.
CREATE FUNCTION tenant.work() RETURNS TABLE (kind text, waiting bigint, working bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'payments'::text, count(*) FILTER (WHERE lease_token IS NULL), count(*) FILTER (WHERE lease_token IS NOT NULL)
    FROM public.payments WHERE work IS NOT NULL
    UNION ALL
    SELECT 'refunds', count(*) FILTER (WHERE lease_token IS NULL), count(*) FILTER (WHERE lease_token IS NOT NULL)
    FROM public.refunds WHERE work IS NOT NULL
    UNION ALL
    SELECT 'webhooks', count(*) FILTER (WHERE lease_token IS NULL), count(*) FILTER (WHERE lease_token IS NOT NULL)
    FROM public.deliveries WHERE status = 'pending'
$$;
