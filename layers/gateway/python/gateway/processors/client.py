"""One HTTP exchange with a processor: one deadline, no retries, no redirects, no proxies, a transcript.

What went wrong is sorted here, once, into the three that the port knows (`protocol`): nothing was sent, nobody
knows, or this account is not to be used. Everything else is an answer, a refusal with 400, 402 or 404 included,
and the connector's to read.
"""

import asyncio
import json
import time
from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from gateway.clock import utc_now
from gateway.database import require_no_connection
from gateway.failpoint import reach
from gateway.processors.protocol import Misconfigured, NotSent, Unknown
from gateway.processors.transcript import Call, note_call, redact_fields

if TYPE_CHECKING:
    import httpx

USER_AGENT: Final = "PaymentGateway/1"
MOST_BYTES: Final = 1_000_000
"""Of an answer; what is longer cannot be read."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that can be read: 2xx, or a refusal. `body` is JSON."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def is_success(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300


class ProcessorClient:
    """A client for one base address; many accounts share it. `timeout_seconds` is for a whole exchange."""

    def __init__(self, base_url: str, timeout_seconds: float, transport: "httpx.AsyncBaseTransport | None" = None):
        # It and its libraries take 20 MB: most processes of most merchants ask no processor.
        from gateway.processors import transport as over

        self._over = over
        self._timeout = timeout_seconds
        self._http = over.AsyncClient(
            base_url=base_url,
            timeout=None,  # one deadline, around everything
            follow_redirects=False,
            trust_env=False,
            transport=transport or over.make_transport(),
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def request(
        self,
        method: str,
        path: str,
        *,
        auth: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | None = None,
        body: Any = None,
        form: Mapping[str, str | int] | None = None,
        readable: Container[int] = (),
    ) -> Reply:
        """Send it once. Raises `NotSent` (also on 429), `Unknown` (5xx, 409, silence), `Misconfigured` (401, 403).

        `body` is sent as JSON, byte for byte the same for the same value, a `Decimal` in it as it is written;
        `form` as a form. `readable`: statuses whose JSON the connector reads itself, whatever they say of others.
        """
        require_no_connection("a processor")
        content, kind = _encode(body, form)
        request = self._http.build_request(
            method,
            path,
            params=params,
            content=content,
            headers={**({"Content-Type": kind} if kind else {}), **(headers or {})},
        )
        started_at, started = utc_now(), time.perf_counter()
        status: int | None = None
        answer: Any = None
        error: str | None = None
        try:
            async with asyncio.timeout(self._timeout):
                _reach("processor.sending", method)
                response = await self._http.send(request, auth=auth, stream=True)
                _reach("processor.asked", method)
                try:
                    status = response.status_code
                    raw = await _read(response)
                finally:
                    await response.aclose()
            answer = _decode(raw, status)
            return _sorted(status, answer, response.headers, readable)
        except TimeoutError:
            error = f"no answer within {self._timeout:g} s"
            raise Unknown(error) from None
        except self._over.HTTPError as problem:
            what = type(problem.__cause__ or problem).__name__
            if self._over.was_not_sent(problem):
                error = f"not connected: {what}"
                raise NotSent(error) from problem
            error = f"broken off: {what}"
            raise Unknown(error) from problem
        except self._over.BROKEN_OFF as problem:
            error = f"broken off: {type(problem).__name__}"
            raise Unknown(error) from problem
        except (NotSent, Unknown, Misconfigured) as problem:
            error = problem.reason
            raise
        finally:
            note_call(
                Call(
                    started_at,
                    round((time.perf_counter() - started) * 1000),
                    method,
                    path,
                    redact_fields(form if body is None else body),
                    status,
                    redact_fields(answer),
                    error,
                )
            )


def _reach(point: str, method: str) -> None:
    """A named point of a call that changes something; of one that only asks there is nothing to lose."""
    if method != "GET":
        reach(point)


def _encode(body: Any, form: Mapping[str, str | int] | None) -> tuple[bytes | None, str | None]:
    if body is not None:
        return _as_json(body).encode(), "application/json"
    if form is not None:
        from gateway.processors.transport import form_text

        return form_text(form).encode(), "application/x-www-form-urlencoded"
    return None, None


def _as_json(value: Any) -> str:
    """JSON with sorted names and no blanks. A decimal stands there as it is: `10.30`, never a float's digits."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_as_json(str(name))}:{_as_json(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_as_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


async def _read(response: "httpx.Response") -> bytes:
    raw = bytearray()
    async for chunk in response.aiter_bytes():
        raw += chunk
        if len(raw) > MOST_BYTES:
            raise Unknown(f"an answer of more than {MOST_BYTES} bytes")
    return bytes(raw)


def _decode(raw: bytes, status: int) -> Any:
    """JSON, numbers with a fraction as text: no amount passes through a float. None for what is not JSON."""
    try:
        return json.loads(raw, parse_float=str)
    except ValueError:
        if 200 <= status < 300:
            raise Unknown(f"{status} that is not JSON") from None
        return None


def _sorted(status: int, answer: Any, headers: "httpx.Headers", readable: Container[int]) -> Reply:
    raw = _raw(answer)
    if status in readable and answer is not None:
        return Reply(status, answer, headers)
    if status == 429:
        # Cashfree says it in a header of its own.
        wait = headers.get("Retry-After") or headers.get("x-ratelimit-retry")
        raise NotSent("429: too many requests", raw=raw, retry_after=_seconds(wait))
    if status >= 500:
        raise Unknown(f"{status} from the processor", raw=raw)
    if status == 409:
        raise Unknown("409: the same operation is under way there", raw=raw)
    if status in (401, 403):
        raise Misconfigured(f"{status}: the processor refuses these credentials", raw=raw)
    if status < 200 or 300 <= status < 400:
        raise Unknown(f"{status} is no answer", raw=raw)
    if answer is None:
        raise Unknown(f"{status} that is not JSON", raw=raw)
    return Reply(status, answer, headers)


def _raw(answer: Any) -> str | None:
    """The error of an answer in the processor's words, shortened: an object `error`, or the answer itself."""
    if isinstance(answer, dict):
        error = answer.get("error", answer)
        return json.dumps(redact_fields(error), ensure_ascii=False)[:500] if isinstance(error, dict) else None
    return None


def _seconds(value: str | None) -> float | None:
    return float(value) if value is not None and value.isdecimal() and len(value) < 7 else None
