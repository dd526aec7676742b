"""How due work is found and worked off: hints, claims, drains, sweeps, status."""
