"""As the conformance suite: one product over fakes of all processors."""

from tests.processors.conformance.conftest import fake, fakes, over_fakes, shop

__all__ = ["fake", "fakes", "over_fakes", "shop"]
