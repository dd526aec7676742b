"""What a person can do about a payment or refund that the machine has left to people, in words."""

import re
from typing import Final

from gateway.processors.choose import NO_PROCESSOR

_LOOK: Final = "Compare the payment's timeline with the processor's dashboard."

_ADVICE: Final[tuple[tuple[str, str], ...]] = (
    (
        re.escape(NO_PROCESSOR),
        "It was made live before live mode asked for a processor, and no money has moved. It stays as it "
        "is; refund or capture nothing for it.",
    ),
    (
        "over the daily cap of refunds",
        "Nothing was paid back. Ask whoever asked for it. If it is right, an owner raises the daily cap "
        "(Settings, Processors) and it is asked for again, or it waits for the next day (UTC). Else let it be: "
        "mark it as done, and if nobody of yours asked, revoke the key.",
    ),
    (
        "knows it at another account",
        "Our books have it at one account and a processor knows it at another, so it is not sent anywhere. "
        "Look at both dashboards: cancel there what is not paid. Try again once at most one is left.",
    ),
    (
        "has failed here, and the processor says",
        "The shopper got the money back although the refund was told as failed. Compare both in the processor's "
        "dashboard, tell your books, and ask for no other refund of it.",
    ),
    (
        "more than is left",
        "Somebody has paid back there more than our books have left. Look at the payment's refunds in the "
        "processor's dashboard; a pending refund of ours may be the same. Try again when one of them is settled.",
    ),
    (
        "took its refund back",
        "The processor had paid it back and took that back: the money lies with you again. Pay it back in the "
        "processor's dashboard, or settle it with the shopper: it cannot be sent from here a second time.",
    ),
    (
        "was paid back at the processor",
        "Somebody has paid back a part in the processor's dashboard. Pay back the rest there; trying again "
        "only looks.",
    ),
    (
        "refused to pay it back",
        "Look in the processor's dashboard why: the balance there may be too small, for example. Mend that, "
        "then try again. It is asked for anew, and once.",
    ),
    (
        "the processor says",
        "Amount, currency or mode there are not ours, so it counts as no success. Look at the object in "
        "the processor's dashboard: pay back there what is too much, or settle it with the shopper. Try "
        "again once it is right there.",
    ),
    (
        "the processor refused to",
        "More was told than the processor has done. Look at the processor's dashboard and settle the "
        "difference there; trying again asks it once more.",
    ),
    (
        "cannot be (looked up|found)",
        "Nobody can say by machine whether it was done, and it is too old to be sent again. Look in the "
        "processor's dashboard. If it was done there, a notice or a later look may still find it; trying "
        "again only looks.",
    ),
    (
        "does not know",
        "The processor does not know what it had made for us: these may be credentials of another "
        "account, or of the other mode. Check the account, then try again.",
    ),
    (
        "was written down for something else",
        "The gateway refuses to send one key for two things. Nothing was sent. Tell whoever operates the "
        "gateway; trying again will not mend it.",
    ),
    (
        "gave no answer|no answer within|asked too often",
        "The processor did not answer. Look at its status page, then try again: what it knows is asked "
        "first, and nothing is sent that it has done.",
    ),
    (
        "credentials|the account is gone|40[13]|no connector|takes no|refuses",
        "This account cannot be used for it as it stands. Mend the account (credentials, currencies and "
        "methods that are switched on there) and check it, then try again.",
    ),
)
_COMPILED: Final = tuple((re.compile(pattern), text) for pattern, text in _ADVICE)


def advise(review_reason: str | None) -> str | None:
    """What to do about this reason; None where nobody has to do anything."""
    if review_reason is None:
        return None
    for pattern, text in _COMPILED:
        if pattern.search(review_reason):
            return text
    return f"{_LOOK} Then try again: what the processor knows is asked before anything is sent."
