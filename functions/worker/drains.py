"""What this function drains, in whichever host it runs."""

from gateway.checks.work import PaymentCheck
from gateway.jobs.drain import Drain
from gateway.jobs.model import Kind
from gateway.payments.process import PaymentWork
from gateway.refunds.process import RefundWork
from gateway.runtime import Runtime


def build_drains(runtime: Runtime) -> dict[Kind, Drain]:
    """Payments and refunds."""
    database, settings, processors = runtime.database, runtime.settings, runtime.processors
    check = PaymentCheck(database, processors, settings)
    payments = PaymentWork(
        database, processors, runtime.keyring, settings, runtime.logger, check, runtime.handover
    )
    return {
        "payments": runtime.drain(payments, payments),
        "refunds": runtime.drain(RefundWork(database, processors, settings)),
    }
