"""Answers whose headers are encoded once: what a token is sent in costs less than the token."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

RawHeaders = tuple[tuple[bytes, bytes], ...]


def encoded(headers: Mapping[str, str]) -> RawHeaders:
    """Headers as they go over the wire; names in lower case, as HTTP libraries compare them."""
    return tuple(
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
    )


class EncodedResponse(Response):
    """A response of bytes with encoded headers; its length is added."""

    def __init__(
        self, body: bytes, fixed: RawHeaders, *own: tuple[bytes, bytes], status: int = 200
    ) -> None:
        # Starlette's own initializer would encode and look through every header again.
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = [*fixed, *own, (b"content-length", b"%d" % len(body))]
