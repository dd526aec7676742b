"""What carries events to merchants: endpoints, deliveries, signatures, the sender."""

import sys

# Where rich and pygments are installed, httpx imports its command line with them: a tenth of a second of every
# cold start, for something that nobody here calls. httpx does without it when it cannot be imported.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
