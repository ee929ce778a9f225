"""The OpenID Foundation's Config OP plan: oidcc-discovery-endpoint-verification."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from account_world import make_world
from server import running
from token_reading import fetch_json

PUBLIC = "https://login.harbour.example"


@pytest.mark.parametrize("strict", [False, True])
def test_discovery_endpoint_verification(tmp_path: Path, *, strict: bool) -> None:
    """Behind a proxy that speaks TLS: the document names its public face."""
    with running(tmp_path, public_url=PUBLIC, strict_oauth=strict) as server:
        world = make_world(server)
        document = fetch_json(f"{server.url}/{world.pool_id}/.well-known/openid-configuration")
        keys = fetch_json(f"{server.url}/{world.pool_id}/.well-known/jwks.json")["keys"]
    assert document["issuer"] == f"{PUBLIC}/{world.pool_id}"
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        assert urlsplit(document[name]).scheme == "https"
    assert "openid" in document["scopes_supported"]
    assert "code" in document["response_types_supported"]
    assert document["subject_types_supported"] == ["public"]
    assert "RS256" in document["id_token_signing_alg_values_supported"]
    assert {key["kty"] for key in keys} == {"RSA"}
    assert len({key["kid"] for key in keys}) == len(keys) == 2
    assert all(not {"d", "p", "q"} & set(key) for key in keys)
