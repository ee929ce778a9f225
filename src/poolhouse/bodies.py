"""Reading a request body, bounded: a face never holds more of it than its limit."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request

from poolhouse.errors import RequestEntityTooLargeException, SerializationException


async def read_body(request: Request, limit_bytes: int) -> bytes:
    """The whole body.

    Raises :class:`RequestEntityTooLargeException` past ``limit_bytes``, and
    :class:`SerializationException` for a body that ends before its length: half a request, or none
    of it, must not be acted on.
    """
    declared = request.headers.get("content-length", "")
    too_large = RequestEntityTooLargeException("Request size exceeded the limit.")
    if declared.isdigit() and int(declared) > limit_bytes:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit_bytes:
                raise too_large
            chunks.append(chunk)
    except ClientDisconnect as error:
        raise SerializationException("The request ended before its body did.") from error
    return b"".join(chunks)
