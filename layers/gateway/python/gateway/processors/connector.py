"""A connector as a value: what the registry knows of each processor before any account is opened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.processors.capabilities import Capabilities
from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import Credentials, Mode, Notice, Processor

ReadNotice = Callable[[Mapping[str, str], bytes, Sequence[str], datetime], list[Notice]]
"""Headers (lower-case names), the raw body, the webhook secrets that hold (the newest first), now. Raises
`BadSignature`, also where there is no secret that fits."""


@dataclass(frozen=True, slots=True)
class Connector:
    """One processor.

    `public_field` and `secret_fields`: the names of an account's credentials, as the processor calls them.
    `mode_of`: the mode that credentials are of, by their shape; None: they do not say. `build`: an account's
    `Processor`. `webhook_secret_is_own`: whether notices are signed with a secret of their own (else with the
    first of `secret_fields`). `test_url`: where test accounts are, if that is elsewhere. `script_url`: what the
    checkout page loads; whose origins its policy names then stands in the page's server (`server/form-policy.ts`).
    """

    name: str
    title: str
    capabilities: Capabilities
    public_field: str
    secret_fields: tuple[str, ...]
    mode_of: Callable[[Credentials], Mode | None]
    build: Callable[[Credentials, Mode, ProcessorClient], Processor]
    read_notice: ReadNotice
    api_url: str
    script_url: str
    api_version: str | None = None
    webhook_secret_is_own: bool = True
    test_url: str | None = None

    def url_of(self, mode: Mode) -> str:
        """The base address of the processor's API for accounts of this mode."""
        return self.test_url if mode == "test" and self.test_url is not None else self.api_url
