-- Who made a key: a person (users.id), another key, or the operator's command. Null where nobody wrote it down.
ALTER TABLE api_keys
    ADD COLUMN maker_kind text,
    ADD COLUMN maker_id text,
    -- What a person recognises: the e-mail at that time, or the key's id.
    ADD COLUMN maker text;
-- The audit log knows it of the keys that are there.
UPDATE api_keys k SET maker_kind = a.actor_kind, maker_id = a.actor_id, maker = a.actor
FROM audit_log a
WHERE a.merchant_id = k.merchant_id
  AND (a.action = 'key.created' AND a.object_id = k.id OR a.action = 'key.rotated' AND a.details ->> 'new_key' = k.id);
