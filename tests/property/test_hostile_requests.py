"""Whatever somebody sends in place of a token, a host or credentials: a refusal, never a bug."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from poolhouse.app import build_house, close_house
from poolhouse.clock import FixedClock
from poolhouse.errors import NotAuthorizedException, UnsupportedTokenTypeException
from poolhouse.house import House
from poolhouse.oauth.client_authentication import authenticate
from poolhouse.oauth.errors import OAuthError
from poolhouse.oauth.pool_paths import resolve
from poolhouse.settings import Settings
from poolhouse.tokens import verify
from poolhouse.tokens.issue import issue
from poolhouse.tokens.revoke import revoke_token
from sample_authentications import CLIENT, POOL, api_sign_in

T = TypeVar("T")

sent = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)
header_like = st.fixed_dictionaries(
    {},
    optional={
        "alg": st.sampled_from(["RS256", "none", "HS256", "PS256", "", 1, None]),
        "kid": st.text(max_size=8) | st.none() | st.integers(),
        "b64": st.booleans(),
        "crit": st.lists(st.text(max_size=4), max_size=2) | st.text(max_size=3),
        "zip": st.just("DEF"),
        "typ": st.text(max_size=4),
    },
)
claims_like = st.fixed_dictionaries(
    {},
    optional={
        "iss": st.sampled_from([POOL.id, f"https://x/{POOL.id}", "", "/"]) | json_values,
        "exp": json_values,
        "token_use": st.sampled_from(["access", "id"]),
        "username": json_values,
    },
)


def _segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


tokens = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"[A-Za-z0-9\-_=.]+", fullmatch=True),
    st.builds(
        lambda head, body, end: f"{_segment(head)}.{_segment(body)}.{end}",
        header_like | json_values,
        claims_like | json_values,
        st.text("AZaz09-_=", max_size=12),
    ),
)


class _Desk:
    """A house with one pool's keys, and a loop to ask it things on."""

    def __init__(self, data: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.house: House = self.run(self._build(data))

    async def _build(self, data: Path) -> House:
        settings = Settings(data=data, public_url="https://auth.test")
        house = await build_house(settings, clock=FixedClock())
        await house.db.write(house.keys.insert, await house.keys.make_pair(POOL.id, 1))
        return house

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        self.run(close_house(self.house))
        self.loop.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Desk]:
    made = _Desk(tmp_path_factory.mktemp("desk"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def genuine(desk: _Desk) -> str:
    return desk.run(issue(desk.house, api_sign_in())).access_token


@sent
@given(tokens)
def test_any_access_token(desk: _Desk, token: str) -> None:
    with pytest.raises(NotAuthorizedException):
        desk.run(verify.user_token(desk.house, token))


@sent
@given(st.data())
def test_any_change_of_a_genuine_one(desk: _Desk, genuine: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(genuine) - 1))
    letter = data.draw(st.sampled_from("AZaz09-_.="))
    changed = genuine[:place] + letter + genuine[place + 1 :]
    assume(_bytes(changed) != _bytes(genuine))
    assert desk.run(verify.signed_claims(desk.house, genuine))
    with pytest.raises(NotAuthorizedException):
        desk.run(verify.signed_claims(desk.house, changed))


def _bytes(token: str) -> object:
    """What a token stands for: the last letter of a segment has bits that mean nothing."""
    signed, _, signature = token.rpartition(".")
    try:
        return signed, base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except ValueError:
        return token


@sent
@given(tokens)
def test_any_token_to_revoke(desk: _Desk, token: str) -> None:
    try:
        desk.run(revoke_token(desk.house, CLIENT, token))
    except UnsupportedTokenTypeException:
        assert token.count(".") == 2


headers = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40),
    st.binary(max_size=30).map(lambda raw: f"Basic {base64.b64encode(raw).decode()}"),
    st.text(max_size=20).map(
        lambda text: f"basic {base64.b64encode(text.encode('utf-8', 'replace')).decode()}"
    ),
)
fields = st.dictionaries(
    st.sampled_from(["client_id", "client_secret", "x"]), st.text(min_size=1, max_size=9)
)


@sent
@given(headers, fields)
def test_any_client_credentials(desk: _Desk, header: str, form: dict[str, str]) -> None:
    with pytest.raises(OAuthError) as refused:
        desk.run(authenticate(desk.house, None, header, form))
    assert refused.value.error in ("invalid_client", "invalid_request")


@sent
@given(
    st.one_of(
        st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40),
        st.builds("{}.auth.{}.localhost:{}".format, st.text(max_size=9), st.text(), st.integers()),
    ),
    st.text(max_size=30).map(lambda path: f"/{path}"),
)
def test_any_host_and_path(desk: _Desk, host: str, path: str) -> None:
    place = desk.run(resolve(desk.house, host, path))
    assert place is None or place.path in path
