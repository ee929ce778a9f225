"""One request to a provider: bounded in time and size, never led elsewhere by a redirect."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import orjson

from poolhouse.domain.provider_details import check_address
from poolhouse.errors import InvalidParameterException
from poolhouse.federation.failures import Unreachable
from poolhouse.house import House

LARGEST_ANSWER: Final = 262_144
_TIMED_OUT: Final = "Read timed out"
_RESET: Final = "Connection reset"
_NOT_ALLOWED: Final = "Connection refused"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: bytes

    def document(self) -> dict[str, Any] | None:
        """The JSON object in it; None when it is anything else."""
        try:
            parsed = orjson.loads(self.content)
        except orjson.JSONDecodeError:
            return None
        return parsed if isinstance(parsed, dict) else None


async def ask(
    house: House,
    method: Literal["GET", "POST"],
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    bearer: str | None = None,
    accept: str = "application/json",
    most_bytes: int = LARGEST_ANSWER,
) -> Answer:
    """Ask once. Raises :class:`Unreachable`."""
    import httpx

    _check(house, url)
    patience = house.settings.provider_timeout_seconds
    # Nothing is unpacked: a few bytes could become more than anybody asked for.
    headers = {"accept": accept, "accept-encoding": "identity"}
    if bearer is not None:
        headers["authorization"] = f"Bearer {bearer}"
    try:
        async with (
            # A body that drips keeps every single read in time, so the whole has a limit as well.
            asyncio.timeout(patience),
            httpx.AsyncClient(timeout=patience, trust_env=False, verify=_tls()) as client,
            client.stream(method, url, params=query, data=form, headers=headers) as answer,
        ):
            content = b""
            async for part in answer.aiter_raw():
                content += part
                if len(content) > most_bytes:
                    raise Unreachable(_RESET, detail=f"the answer of {url} is too large")
            return Answer(answer.status_code, content)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise Unreachable(_TIMED_OUT, timed_out=True, detail=f"{url} took too long") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(_RESET, detail=f"{url}: {error!r}") from error


def _check(house: House, url: str) -> None:
    """An address may come from a document of the provider's: it is judged where it is used."""
    try:
        check_address("The address", url)
    except InvalidParameterException as error:
        raise Unreachable(_NOT_ALLOWED, detail=f"{url} is not an https URL") from error
    if house.settings.mode == "production" and not url.startswith("https:"):
        raise Unreachable(_NOT_ALLOWED, detail=f"{url} is not an https URL (production mode)")


@cache
def _tls() -> ssl.SSLContext:
    """Made once: reading the certificates of the system takes longer than the request."""
    return ssl.create_default_context()
