"""The secret that signs shoppers' results: one per mode, replaced with time to accept both."""
