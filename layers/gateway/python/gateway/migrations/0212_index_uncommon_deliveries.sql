-- The log by event: what is uncommon is found by it, the few common events by walking the list. A usual delivery
-- does not pay for it. The list of events stands in webhooks/queries.py as well.
CREATE INDEX deliveries_by_uncommon_event ON deliveries (merchant_id, mode, event_type, created_at DESC, id DESC)
    WHERE event_type NOT IN ('payment.created', 'payment.pending', 'payment.success', 'order.paid');
