"""The routes, a module per noun."""

from fastapi import APIRouter

from api.routes import (
    audit,
    checkout,
    checkout_code,
    docs,
    endpoints,
    events,
    health,
    inbox,
    jobs,
    keys,
    ledger,
    orders,
    overview,
    payments,
    recoveries,
    refunds,
    requests,
    session,
    team,
    testing,
    timeline,
    two_factor,
    webhooks,
)


def all_routers() -> list[APIRouter]:
    """Every router of the API, in the order in which the documentation shows them."""
    return [
        orders.router,
        payments.router,
        refunds.router,
        ledger.router,
        timeline.router,
        overview.router,
        jobs.router,
        checkout.router,
        checkout_code.router,
        events.router,
        endpoints.router,
        recoveries.router,
        inbox.router,
        # Last of its prefix: /webhooks/{id} would take the others' paths for ids.
        webhooks.router,
        keys.router,
        team.router,
        requests.router,
        audit.router,
        session.router,
        two_factor.router,
        testing.router,
        health.router,
        docs.router,
    ]
