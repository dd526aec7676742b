"""Where real money may not go, whatever a merchant's account says."""

from gateway.settings import Settings


def why_no_live(settings: Settings, mode: str, processor: str) -> str | None:
    """Why this deployment has no live account at this processor; None: it may, or the mode is another.

    Test mode that others can reach lets everybody in. A base URL that is not the processor's own is a fake or a
    proxy, and real money passes it only if the operator says so.
    """
    if mode != "live":
        return None
    if settings.test_mode_is_public:
        return "live accounts are refused while TEST_MODE is on and public (GATEWAY_TEST_MODE_PUBLIC)"
    if settings.processor_url(processor) and not settings.processor_urls_live:
        name = f"GATEWAY_{processor.upper()}_URL"
        return f"live accounts are refused while {name} is set (GATEWAY_PROCESSOR_URLS_LIVE)"
    return None
