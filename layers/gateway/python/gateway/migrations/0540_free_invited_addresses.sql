-- An invitation keeps its address to itself no longer: an address belongs to whoever accepts first, at whatever
-- merchant. Until then the row counts as not in the team, as it does after a removal: removed_at is set.
UPDATE users SET removed_at = created_at WHERE invite_hash IS NOT NULL AND removed_at IS NULL;
-- A team invites an address once at a time.
CREATE UNIQUE INDEX users_one_invitation_per_team ON users (merchant_id, email) WHERE invite_hash IS NOT NULL;
