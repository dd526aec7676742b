"""What a merchant wants to know at a glance: sums over a span, what needs attention, the work, a search."""
