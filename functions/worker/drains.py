"""What this function drains, in whichever host it runs."""

from gateway.jobs.drain import Drain
from gateway.jobs.model import Kind
from gateway.payments.process import PaymentWork
from gateway.refunds.process import RefundWork
from gateway.runtime import Runtime


def build_drains(runtime: Runtime) -> dict[Kind, Drain]:
    """Payments and refunds."""
    database, settings = runtime.database, runtime.settings
    return {
        "payments": runtime.drain(PaymentWork(database, runtime.processor, runtime.keyring, settings)),
        "refunds": runtime.drain(RefundWork(database, runtime.processor, settings)),
    }
