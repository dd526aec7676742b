"""Every processor that there is a connector for. The one place that names them all."""

from typing import Final

from gateway.processors.connector import Connector
from gateway.processors.razorpay.connector import CONNECTOR as RAZORPAY
from gateway.processors.stripe.connector import CONNECTOR as STRIPE

_ALL: Final[tuple[Connector, ...]] = (RAZORPAY, STRIPE)

CONNECTORS: Final[dict[str, Connector]] = {connector.name: connector for connector in _ALL}
"""By name, in the order in which they are offered."""
