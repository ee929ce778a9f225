"""Requests as bytes, for what no SDK would send."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from server import Server

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=AKIATEST/20260921/us-east-1/cognito-idp/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=00"
)
SIGNED = {"Authorization": AUTHORIZATION, "X-Amz-Date": "20260921T141320Z"}
TARGET = "AWSCognitoIdentityProviderService."


@dataclass(frozen=True)
class Answer:
    """What came back; header names are lower-cased."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def send(server: Server, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
    """One request on a connection of its own; ``x_amz_date`` becomes ``x-amz-date``."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return Answer(
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            answer.read(),
        )
    finally:
        connection.close()


def call(server: Server, operation: str, body: object, **headers: str) -> Answer:
    """Call an operation with a body that nothing has checked; signed unless told otherwise."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return send(
        server,
        "POST",
        "/",
        raw,
        **{
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": TARGET + operation,
            **SIGNED,
            **headers,
        },
    )
