"""Whether a request is made by the hosted page itself."""

from starlette.requests import Request

from api.http.dependencies import runtime_of
from gateway.origins import origin_of


def is_hosted_page(request: Request) -> bool:
    """A browser says which page asks, and lets no page say it for another: `Origin`, or to its own origin
    `Sec-Fetch-Site`. A server's request, one with credentials, and another page's are none of the hosted page."""
    headers, settings = request.headers, runtime_of(request).settings
    if "x-api-key" in headers or "authorization" in headers:
        return False
    checkout = origin_of(settings.checkout_url)
    if "origin" in headers:
        return headers["origin"] == checkout
    return headers.get("sec-fetch-site") == "same-origin" and checkout == origin_of(settings.api_url)
