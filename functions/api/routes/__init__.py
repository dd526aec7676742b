"""The routes, a module per noun."""

from fastapi import APIRouter

from api.routes import audit, checkout, health, keys, orders, payments, refunds, session, team, testing, webhooks


def all_routers() -> list[APIRouter]:
    """Every router of the API, in the order in which the documentation shows them."""
    return [
        orders.router,
        payments.router,
        refunds.router,
        checkout.router,
        webhooks.router,
        keys.router,
        team.router,
        audit.router,
        session.router,
        testing.router,
        health.router,
    ]
