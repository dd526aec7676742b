"""The settings of real processors: where they are, how long things may take, what happens to stray money."""

from pydantic import Field, field_validator

from gateway.origins import read_base_url
from gateway.settings.edge import EdgeSettings


class ProcessorSettings(EdgeSettings):
    """Addresses are an operator's, never a merchant's. Empty: the processor's own."""

    razorpay_url: str = Field(
        "",
        description="Base URL of Razorpay's API; empty: its own. For a fake or a proxy; live accounts refuse it.",
    )
    razorpay_script_url: str = Field("", description="The script of Razorpay's checkout; empty: its own.")
    stripe_url: str = Field(
        "", description="Base URL of Stripe's API; empty: its own. For a fake or a proxy; live accounts refuse it."
    )
    stripe_script_url: str = Field("", description="The script of Stripe's fields; empty: its own.")
    cashfree_url: str = Field(
        "",
        description="Base URL of Cashfree's API, of both modes; empty: its own. For a fake or a proxy; live "
        "accounts refuse it.",
    )
    cashfree_script_url: str = Field("", description="The script of Cashfree's checkout; empty: its own.")
    processor_urls_live: bool = Field(
        False, description="Let live accounts use addresses other than the processor's own (an egress proxy)."
    )
    payment_seconds: float = Field(
        1800,
        ge=60,
        description="How long a shopper may take to pay in a processor's form; then the payment is closed there, "
        "and has failed once the processor says that no money can come.",
    )
    unexpected_refunds: bool = Field(
        True, description="Pay back by itself what comes after a payment is over, or twice. Off: a person decides."
    )
    processor_look_ups_per_second: float = Field(
        20,
        gt=0,
        description="Look-ups per account and second that one worker makes at most by itself; the rest wait. What "
        "a notice asks for is looked up at once.",
    )
    processor_call_days: float = Field(
        90,
        gt=0,
        description="How long the exchanges with processors are kept, as a payment's timeline shows them.",
    )
    refundable_days: float = Field(
        180,
        gt=0,
        description="How old a payment may be and still be refunded: until then its processor account is kept.",
    )
    processor_notice_days: float = Field(
        30, ge=4, description="How long notices are kept: repeats are known by them."
    )

    @field_validator(
        *("razorpay_url", "razorpay_script_url", "stripe_url", "stripe_script_url"),
        *("cashfree_url", "cashfree_script_url"),
    )
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        return read_base_url(value) if value else value

    def processor_url(self, processor: str) -> str:
        """The operator's base URL for a processor's API; empty: none is set."""
        return str(getattr(self, f"{processor}_url", ""))

    def script_url(self, processor: str) -> str:
        """The operator's address for a processor's script; empty: none is set."""
        return str(getattr(self, f"{processor}_script_url", ""))
