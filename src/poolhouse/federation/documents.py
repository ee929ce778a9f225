"""What providers publish of themselves, kept for a while: discovery documents and key sets.

Source: OpenID Connect Discovery 1.0 section 4; OpenID Connect Core 1.0 section 10.1.1 (rotation: an
unknown ``kid`` is a reason to look again).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

from poolhouse.federation.asking import ask
from poolhouse.federation.failures import ProviderFailure, Unreachable
from poolhouse.house import House

KEPT_MS: Final = 600_000
AGAIN_MS: Final = 15_000
"""How soon an unknown ``kid`` may make us look again: a stranger can send as many as they like."""
_MOST: Final = 256

_DISCOVERY: Final = "/.well-known/openid-configuration"
_JWKS_TIMEOUT: Final = "error_description=Timeout in calling jwks uri"  # sic, as documented


class ProviderDocuments:
    """The documents of all providers that a server process has asked, the latest used last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[int, Mapping[str, Any]]] = OrderedDict()

    async def discovery(self, house: House, issuer: str) -> Mapping[str, Any]:
        """What the issuer says of itself; it must be the issuer that says so.

        Raises :class:`ProviderFailure`.
        """
        url = issuer.rstrip("/") + _DISCOVERY
        try:
            document = await self._of(house, url, KEPT_MS)
        except Unreachable as error:
            raise ProviderFailure(error.text, detail=error.detail) from error
        if document.get("issuer") != issuer:
            raise ProviderFailure(
                f"Bad issuer {document.get('issuer')} in the discovery document of {issuer}"
            )
        return document

    async def keys(self, house: House, url: str, kid: str) -> list[dict[str, Any]]:
        """The keys of that ``kid`` in the set at ``url``, fetched again if there is none.

        Raises :class:`ProviderFailure`.
        """
        try:
            found = _named(await self._of(house, url, KEPT_MS), kid)
            return found or _named(await self._of(house, url, AGAIN_MS), kid)
        except Unreachable as error:
            text = _JWKS_TIMEOUT if error.timed_out else error.text
            raise ProviderFailure(text, detail=error.detail) from error

    async def _of(self, house: House, url: str, longest_ms: int) -> Mapping[str, Any]:
        now_ms = house.clock.now_ms()
        kept = self._kept.get(url)
        if kept is not None and now_ms - kept[0] < longest_ms:
            self._kept.move_to_end(url)
            return kept[1]
        answer = await ask(house, "GET", url)
        document = answer.document()
        if answer.status != 200 or document is None:
            raise Unreachable("Connection reset", detail=f"{url} answered {answer.status}")
        self._kept[url] = (now_ms, document)
        self._kept.move_to_end(url)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return document


def _named(document: Mapping[str, Any], kid: str) -> list[dict[str, Any]]:
    keys = document.get("keys")
    if not isinstance(keys, list):
        return []
    return [key for key in keys if isinstance(key, dict) and key.get("kid") == kid]
