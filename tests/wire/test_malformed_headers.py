"""Hosts and origins that only an attacker writes are refused, not stumbled over."""

from __future__ import annotations

import pytest

from raw_http import SIGNED, Answer, send
from server import Server

ADMINISTRATION = [
    ("POST", "/"),
    ("GET", "/poolhouse/v1/inbox"),
    ("POST", "/poolhouse/v1/preview"),
    ("GET", "/2015-03-31/functions/"),
]


def refused(answer: Answer) -> bool:
    return 400 <= answer.status < 500 and answer.body != b""


@pytest.mark.parametrize(("method", "path"), ADMINISTRATION)
@pytest.mark.parametrize("host", ["[", "[::1", "x]y"])
def test_a_host_that_is_none_is_refused(server: Server, method: str, path: str, host: str) -> None:
    target = "AWSCognitoIdentityProviderService.ListUserPools"
    headers = {**SIGNED, "Host": host, "X-Amz-Target": target}
    assert refused(send(server, method, path, b"", **headers))


@pytest.mark.parametrize(("method", "path"), ADMINISTRATION)
@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://x]y"])
def test_an_origin_that_is_none_is_refused(
    server: Server, method: str, path: str, origin: str
) -> None:
    target = "AWSCognitoIdentityProviderService.ListUserPools"
    headers = {**SIGNED, "Origin": origin, "X-Amz-Target": target}
    assert send(server, method, path, b"", **headers).status in (400, 403)
