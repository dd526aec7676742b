"""What goes the short way (`http.lean`): what is called for every payment."""

from api.http.lean import LeanRoutes
from api.orders.routes import accept_order, shown_order
from api.payments.routes import accept_payment, shown_payment


def lean_routes() -> LeanRoutes:
    """The same functions as behind the ordinary routes."""
    return LeanRoutes(
        reads={"/api/v1/orders": ("order", shown_order), "/api/v1/payments": ("pay", shown_payment)},
        writes={"/api/v1/orders": accept_order, "/api/v1/payments": accept_payment},
    )
