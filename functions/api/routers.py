"""Every router of the API; each noun has a folder with its routes."""

from fastapi import APIRouter

from api.audit import routes as audit
from api.checkout import code_routes as checkout_code
from api.checkout import look_routes as checkout_look
from api.checkout import routes as checkout
from api.checkout import signing_routes as checkout_signing
from api.checkout import simulate_routes as checkout_simulate
from api.deliveries import routes as deliveries
from api.disputes import routes as disputes
from api.endpoints import routes as endpoints
from api.events import routes as events
from api.health import routes as health
from api.inbox import routes as inbox
from api.jobs import routes as jobs
from api.keys import routes as keys
from api.ledger import routes as ledger
from api.orders import routes as orders
from api.overview import checklist_routes as checklist
from api.overview import routes as overview
from api.payments import routes as payments
from api.processor_accounts import proof_routes as account_proof
from api.processor_accounts import routes as processor_accounts
from api.processor_notices import review_routes as notice_reviews
from api.processor_notices import routes as processor_notices
from api.processor_operations import routes as processor_operations
from api.processor_routes import routes as processor_routes
from api.recoveries import routes as recoveries
from api.reference import routes as reference
from api.refund_caps import routes as refund_caps
from api.refunds import routes as refunds
from api.requests import routes as requests
from api.session import routes as session
from api.team import routes as team
from api.testing import routes as testing
from api.timeline import routes as timeline
from api.trials import routes as trials
from api.two_factor import routes as two_factor
from api.unexpected import routes as unexpected
from api.webhook_config import routes as webhook_config


def all_routers() -> list[APIRouter]:
    """Every router of the API, in the order in which the documentation shows them."""
    return [
        orders.router,
        payments.router,
        refunds.router,
        unexpected.router,
        disputes.router,
        processor_notices.router,
        notice_reviews.router,
        refund_caps.router,
        processor_accounts.router,
        account_proof.router,
        trials.router,
        processor_routes.router,
        processor_operations.router,
        ledger.router,
        timeline.router,
        overview.router,
        checklist.router,
        jobs.router,
        checkout.router,
        checkout_code.router,
        checkout_look.router,
        checkout_simulate.router,
        checkout_signing.router,
        events.router,
        endpoints.router,
        recoveries.router,
        inbox.router,
        webhook_config.router,
        # Last of its prefix: /webhooks/{id} would take the others' paths for ids.
        deliveries.router,
        keys.router,
        team.router,
        requests.router,
        audit.router,
        session.router,
        two_factor.router,
        testing.router,
        health.router,
        reference.router,
    ]
