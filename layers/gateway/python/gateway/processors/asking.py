"""Around one asking of a processor: the deadline, the breaker, the budget, the transcript, and what went wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from gateway.errors import GatewayError
from gateway.processors.capabilities import Capabilities
from gateway.processors.processors import Processors
from gateway.processors.protocol import Misconfigured, NotSent, Processor, Unknown
from gateway.processors.registry import SIMULATED
from gateway.processors.transcript import Call, recorded
from gateway.processors.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Asked:
    """What the processor said to a claim (or `Trouble`), and the exchanges that it took."""

    said: Any
    capabilities: Capabilities = SIMULATED.capabilities
    calls: tuple[Call, ...] = ()


@dataclass(slots=True)
class Attempt:
    """One asking. Inside the block `said` is set; after it `answer()` is what came of it."""

    processors: Processors
    account_id: str | None
    mode: str
    looks: bool = False
    said: Any = None
    trouble: Trouble | None = None
    capabilities: Capabilities = SIMULATED.capabilities
    calls: list[Call] = field(default_factory=list)

    async def processor(self) -> Processor:
        """Who is to be asked. Raises `Misconfigured`; `NotSent` while its breaker is open or budget used up."""
        if self.looks and self.account_id is not None and not self.processors.may_look(self.account_id):
            raise NotSent("the account's budget of look-ups is used up", retry_after=1)
        processor = await self.processors.of(self.account_id, self.mode)
        self.capabilities = processor.capabilities
        if self.account_id is not None:
            self.processors.breakers.check(self.account_id)
        return processor

    def asked(self) -> Asked:
        """What was said, or the trouble that kept it from being said."""
        said = self.said if self.trouble is None else self.trouble
        return Asked(said, self.capabilities, tuple(self.calls))


@asynccontextmanager
async def asking(
    processors: Processors, account_id: str | None, mode: str, seconds: float, *, looks: bool = False
) -> AsyncIterator[Attempt]:
    """The block may raise what the port raises, and may take `seconds`. `looks`: it only looks up."""
    attempt = Attempt(processors, account_id, mode, looks)
    with recorded() as calls:
        try:
            async with asyncio.timeout(seconds):
                yield attempt
        except TimeoutError:
            attempt.trouble = Trouble("unknown", f"no answer within {seconds:g} s")
        except NotSent as error:
            attempt.trouble = Trouble("not_sent", error.reason, error.raw, error.retry_after)
        except Misconfigured as error:
            attempt.trouble = Trouble("misconfigured", error.reason, error.raw)
        except Unknown as error:
            attempt.trouble = Trouble("unknown", error.reason, error.raw)
        except GatewayError:
            raise  # our own database is away
        except Exception as error:
            if account_id is None:
                raise
            # A connector that stumbles over an answer has not understood it: whatever it was may have happened.
            attempt.trouble = Trouble("unknown", f"the connector failed: {type(error).__name__}")
        finally:
            attempt.calls = list(calls)
    if account_id is not None and calls:
        failed = attempt.trouble is not None and attempt.trouble.kind != "misconfigured"
        processors.breakers.note(account_id, failed=failed)
