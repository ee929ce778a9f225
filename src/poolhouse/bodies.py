"""Reading a request body, bounded: a face never holds more of it than its limit."""

from __future__ import annotations

from starlette.requests import Request

from poolhouse.errors import RequestEntityTooLargeException, SerializationException


async def read_body(request: Request, limit_bytes: int) -> bytes:
    """The whole body.

    Raises :class:`RequestEntityTooLargeException` past ``limit_bytes``, and
    :class:`SerializationException` for a body that ends before its length: half a request, or none
    of it, must not be acted on.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit_bytes:
        raise _too_large()
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await request.receive()
        if message["type"] != "http.request":
            raise SerializationException("The request ended before its body did.")
        chunk = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(chunk)
        if size > limit_bytes:
            raise _too_large()
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large() -> RequestEntityTooLargeException:
    return RequestEntityTooLargeException("Request size exceeded the limit.")
