"""Every processor that there is a connector for, and what stands in for one. The one place that names them all."""

from dataclasses import dataclass
from typing import Final

from gateway.processors.capabilities import Capabilities
from gateway.processors.cashfree.connector import CONNECTOR as CASHFREE
from gateway.processors.connector import Connector
from gateway.processors.razorpay.connector import CONNECTOR as RAZORPAY
from gateway.processors.simulator.known import CAPABILITIES, NAME
from gateway.processors.stripe.connector import CONNECTOR as STRIPE

_ALL: Final[tuple[Connector, ...]] = (RAZORPAY, STRIPE, CASHFREE)

CONNECTORS: Final[dict[str, Connector]] = {connector.name: connector for connector in _ALL}
"""By name, in the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """What takes payments of test mode that no account takes. It moves no money and needs no credentials."""

    name: str
    capabilities: Capabilities


SIMULATED: Final = StandIn(NAME, CAPABILITIES)
