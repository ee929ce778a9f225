"""Whether an administrator asks: the one gate of every face that only administrators may use."""

from __future__ import annotations

from starlette.requests import Request

from poolhouse import origins, sigv4
from poolhouse.errors import InvalidSignatureException
from poolhouse.house import House
from poolhouse.sigv4 import Signature


def authenticate(house: House, http: Request, body: bytes, *, service: str) -> Signature:
    """Judge the signature of a request to ``service`` and say who signed, for which region.

    Development mode takes any credentials, but there must be some, and pages of strangers are
    turned away; production mode recomputes the signature. Raises the service's exceptions.
    """
    settings = house.settings
    origins.check(settings, http.headers)
    signature = sigv4.parse(http.headers)
    if settings.mode == "production":
        sigv4.verify(
            signature,
            access_keys=sigv4.access_keys(settings.access_keys),
            method=http.method,
            url=_signed_url(http),
            headers=http.headers,
            body=body,
            now_ms=house.clock.now_ms(),
            service=service,
        )
    return signature


def _signed_url(http: Request) -> str:
    """The URL as it came: an ARN in the path is signed with its colons percent-encoded."""
    raw_path: bytes = http.scope.get("raw_path") or http.scope["path"].encode()
    try:
        return _as_sent(http, raw_path)
    except ValueError as error:  # a Host that is no host, or a path that is no ASCII
        raise InvalidSignatureException("The URL of the request cannot be read.") from error


def _as_sent(http: Request, raw_path: bytes) -> str:
    url = f"{http.url.scheme}://{http.url.netloc}{raw_path.partition(b'?')[0].decode('ascii')}"
    return f"{url}?{http.url.query}" if http.url.query else url
