"""`make faults`: break the product on purpose, then prove its promises from outside. See docs/promises.md."""
