"""What the work `check` is to the worker. Its verb is in `gateway.checks`, which knows refunds and disputes."""

from typing import Protocol

from gateway.payments.work_model import ClaimedPayment


class Check(Protocol):
    """Whether what the processor knows of a payment is what we know."""

    async def work(self, item: ClaimedPayment) -> int:
        """Compare, write down what differs, end the claim. Returns how many deliveries became due."""
