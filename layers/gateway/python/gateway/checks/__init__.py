"""Whether what the processor knows of a payment is what we know: the work `check`."""
