"""Who calls the Lambda API: always somebody who signs, whose region is the request's."""

from __future__ import annotations

from starlette.requests import Request as HttpRequest

from poolhouse.api import sigv4
from poolhouse.house import House


def region_of_caller(house: House, http: HttpRequest, body: bytes) -> str:
    """Judge the signature and return the region it names. Raises the service's exceptions.

    Development mode takes any credentials, but there must be some: whoever reaches this API runs
    code on the machine, and a web page cannot send the header without asking first (the roof
    refuses pages of strangers altogether).
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
    return signature.region


def signed_url(http: HttpRequest) -> str:
    """The URL as it came: an ARN in the path is signed with its colons percent-encoded."""
    raw_path: bytes = http.scope.get("raw_path") or http.scope["path"].encode()
    url = f"{http.url.scheme}://{http.url.netloc}{raw_path.partition(b'?')[0].decode('ascii')}"
    return f"{url}?{http.url.query}" if http.url.query else url
