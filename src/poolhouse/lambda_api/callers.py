"""Who calls the Lambda API: always somebody who signs, whose region is the request's."""

from __future__ import annotations

from starlette.requests import Request as HttpRequest

from poolhouse.api import sigv4
from poolhouse.errors import AccessDeniedException
from poolhouse.house import House


def region_of_caller(house: House, http: HttpRequest, body: bytes) -> str:
    """Judge the signature and return the region it names. Raises the service's exceptions.

    Development mode takes any credentials, but there must be some, and no web page may call: this
    API runs code, and a page of any site could otherwise use it on the machine of its visitor
    (cross-site request forgery; an ``Authorization`` header needs a preflight, which is never
    answered here, and under DNS rebinding, where it does not, the ``Origin`` gives the page away).
    """
    settings = house.settings
    signature = sigv4.parse(http.headers)
    if settings.mode == "production":
        sigv4.verify(
            signature,
            access_keys=sigv4.access_keys(settings.access_keys),
            method=http.method,
            url=signed_url(http),
            headers=http.headers,
            body=body,
            now_ms=house.clock.now_ms(),
            service="lambda",
        )
    elif "origin" in http.headers:
        raise AccessDeniedException(
            "The Lambda API of a server in development mode is closed to web pages."
        )
    return signature.region


def signed_url(http: HttpRequest) -> str:
    """The URL as it came: an ARN in the path is signed with its colons percent-encoded."""
    raw_path: bytes = http.scope.get("raw_path") or http.scope["path"].encode()
    url = f"{http.url.scheme}://{http.url.netloc}{raw_path.partition(b'?')[0].decode('ascii')}"
    return f"{url}?{http.url.query}" if http.url.query else url
