-- Live payments used to be decided by the simulated bank, which refuses them now. Of what it had not finished nothing
-- is sent any more: it waits for a person. What was told and booked stays. A claim that the previous version's worker
-- holds meets no lease, so its finish changes nothing.
DELETE FROM card_vault USING payments p WHERE p.id = card_vault.payment_id AND p.mode = 'live';

UPDATE payments SET review_reason = 'no_processor', work = NULL, due_at = NULL, lease_token = NULL
WHERE mode = 'live' AND work IS NOT NULL;

UPDATE payments SET review_reason = 'no_processor'
WHERE mode = 'live' AND review_reason IS NOT NULL AND status IN ('pending', 'requires_action');

-- Authorised, and neither captured nor released.
UPDATE payments SET review_reason = 'no_processor'
WHERE mode = 'live' AND expires_at IS NOT NULL AND status = 'success' AND NOT captured;

UPDATE refunds SET review_reason = 'no_processor', work = NULL, due_at = NULL, lease_token = NULL
WHERE mode = 'live' AND status = 'pending';
