"""Access tokens that only an attacker writes are refused, not stumbled over."""

from __future__ import annotations

import base64
import json

import pytest

from raw_http import call, send
from server import Server


@pytest.mark.parametrize("critical", [1, True, [1], [[]], {"a": 1}, "b64"])
def test_a_token_with_odd_critical_headers_is_refused(server: Server, critical: object) -> None:
    pool_id = server.client().create_user_pool(PoolName="odd")["UserPool"]["Id"]
    keys = send(server, "GET", f"/{pool_id}/.well-known/jwks.json").json["keys"]
    header = {"alg": "RS256", "kid": keys[0]["kid"], "crit": critical}
    parts = (header, {"iss": f"{server.url}/{pool_id}"})
    token = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts
    )
    answer = call(server, "GetUser", {"AccessToken": f"{token}.AAAA"})
    assert (answer.status, answer.json["__type"]) == (400, "NotAuthorizedException")
