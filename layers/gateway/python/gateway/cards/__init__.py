"""Card data between the request and the processor, and what may be kept of it."""
