"""What the wire keeps quiet about, said aloud in the log: ignored wishes and large tokens."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from poolhouse.domain.customization import Change
from poolhouse.settings import Settings

log = structlog.get_logger("poolhouse.tokens")

_MOST_NAMED = 10
_LONGEST_NAME = 100


def report_ignored(pool_id: str, changes: Iterable[Change]) -> None:
    """One line for all ignored wishes of an issuance: a function may have thousands."""
    ignored = [change for change in changes if change.outcome == "ignored"]
    if not ignored:
        return
    log.warning(
        "wishes of the function were ignored",
        pool_id=pool_id,
        count=len(ignored),
        first=[
            f"{change.token} token: {change.action} {change.kind} {change.name[:_LONGEST_NAME]} "
            f"({change.rule})"
            for change in ignored[:_MOST_NAMED]
        ],
    )


def report_large(settings: Settings, pool_id: str, access_token: str, id_token: str | None) -> None:
    """Tokens past the size from which proxies and gateways begin to refuse them."""
    limit_bytes = settings.token_size_warning_bytes
    for use, token in (("access", access_token), ("id", id_token)):
        if token is not None and len(token) > limit_bytes:
            log.warning(
                "a token is large",
                pool_id=pool_id,
                token_use=use,
                size_bytes=len(token),
                limit_bytes=limit_bytes,
            )
