"""Where an attempt failed."""

from typing import Literal

ErrorClass = Literal[
    "dns", "connect", "tls", "timeout", "reset", "protocol", "refused_address", "status", "crash", "disabled"
]  # fmt: skip
"""Where an attempt failed. `status`: the receiver answered, but not 2xx. `crash`: the sender died at it,
time and again. `disabled`: it was given up because its endpoint was disabled."""
