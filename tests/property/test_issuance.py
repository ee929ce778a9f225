"""Through the mint: whatever a function answers, protected claims stand and tokens verify."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet

from poolhouse.app import build_house, close_house
from poolhouse.clock import FixedClock
from poolhouse.domain.authentication import SELF_SERVICE_SCOPE, Authentication
from poolhouse.domain.protected_claims import ACCESS_TOKEN, ID_TOKEN
from poolhouse.errors import (
    InvalidLambdaResponseException,
    UnexpectedLambdaException,
    UserLambdaValidationException,
)
from poolhouse.functions.directory import Execution
from poolhouse.functions.runtime import Failed, NotRun, Outcome, Returned
from poolhouse.house import House
from poolhouse.settings import Settings
from poolhouse.tokens.issue import TokenSet, issue
from sample_authentications import api_sign_in, code_grant, machine, triggered

MODELLED = (
    InvalidLambdaResponseException,
    UnexpectedLambdaException,
    UserLambdaValidationException,
)
NAMES = [*ACCESS_TOKEN, *ID_TOKEN, "cognito:groups", "tier", "email", "a b", "", "https://x/y"]
text = st.text(max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
claims = st.dictionaries(st.sampled_from(NAMES) | text, json_values, max_size=5)
names = st.lists(st.sampled_from(NAMES) | text, max_size=4)
scopes = st.lists(st.sampled_from([SELF_SERVICE_SCOPE, "a/b", "a b", "", "openid"]), max_size=4)
part = st.fixed_dictionaries(
    {},
    optional={
        "claimsToAddOrOverride": claims,
        "claimsToSuppress": names,
        "scopesToAdd": scopes,
        "scopesToSuppress": scopes,
    },
)
details = st.fixed_dictionaries(
    {},
    optional={
        "idTokenGeneration": part,
        "accessTokenGeneration": part,
        "claimsToAddOrOverride": claims,
        "claimsToSuppress": names,
        "groupOverrideDetails": st.none() | json_values,
    },
)
responses = st.fixed_dictionaries(
    {},
    optional={
        "claimsOverrideDetails": details | json_values,
        "claimsAndScopeOverrideDetails": details | json_values,
    },
)
sign_ins = st.builds(
    lambda version, make: make(pool=triggered(version)),
    st.sampled_from(["V1_0", "V2_0", "V3_0"]),
    st.sampled_from(
        [
            api_sign_in,
            lambda **changes: code_grant("openid", "email", **changes),
            lambda **changes: machine(**changes),
        ]
    ),
)


class _Answering:
    """Stands where functions are called; answers what the test says, event or no event."""

    def __init__(self) -> None:
        self.response: Any = None
        self.outcome: Outcome | None = None

    async def invoke(self, arn: str, event: bytes, **_: Any) -> Execution:
        if self.outcome is not None:
            return Execution(self.outcome)
        back = {**json.loads(event), "response": self.response}
        return Execution(Returned(json.dumps(back).encode()))

    async def close(self) -> None:
        """Nothing runs."""


class _Mint:
    """A real house whose functions answer as told, and the keys of the sample pool."""

    def __init__(self, data: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.answering = _Answering()
        self.house: House = self.loop.run_until_complete(self._build(data))
        self.keys = self.loop.run_until_complete(self._keys())

    async def _build(self, data: Path) -> House:
        settings = Settings(data=data, public_url="https://auth.test")
        house = await build_house(settings, clock=FixedClock())
        return replace(house, functions=self.answering)  # type: ignore[arg-type]  # a stand-in

    async def _keys(self) -> KeySet:
        pool_id = api_sign_in().pool.id
        made = await self.house.keys.make_pair(pool_id, 1)
        await self.house.db.write(self.house.keys.insert, made)
        opened = await self.house.keys.of_pool(self.house.db, pool_id)
        return KeySet.import_key_set(json.loads(opened.jwks))

    def issue(self, authentication: Authentication) -> TokenSet:
        return self.loop.run_until_complete(issue(self.house, authentication))

    def verified(self, token: str | None) -> dict[str, Any]:
        return {} if token is None else jwt.decode(token, self.keys, algorithms=["RS256"]).claims

    def close(self) -> None:
        self.loop.run_until_complete(close_house(self.house))
        self.loop.close()


@pytest.fixture(scope="module")
def mint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Mint]:
    made = _Mint(tmp_path_factory.mktemp("mint"))
    yield made
    made.close()


def _check(mint: _Mint, sign_in: Authentication) -> None:
    plain = mint.issue(replace(sign_in, pool=replace(sign_in.pool, pre_token_generation=None)))
    try:
        issued = mint.issue(sign_in)
    except MODELLED:
        return
    pairs = [
        (ACCESS_TOKEN, plain.access_token, issued.access_token),
        (ID_TOKEN, plain.id_token, issued.id_token),
    ]
    for table, before, after in pairs:
        old, new = mint.verified(before), mint.verified(after)
        for name in table.keys() - {"jti", "scope", "at_hash", "aud"}:
            assert new.get(name, "absent") == old.get(name, "absent"), name
        assert type(new.get("jti")) is type(old.get("jti"))
    assert mint.verified(issued.access_token).get("aud") in (None, sign_in.client.id)
    added = set(str(mint.verified(issued.access_token).get("scope", "")).split())
    if SELF_SERVICE_SCOPE not in sign_in.scopes:
        assert SELF_SERVICE_SCOPE not in added


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sign_ins, responses | json_values)
def test_any_response(mint: _Mint, sign_in: Authentication, response: Any) -> None:
    mint.answering.response, mint.answering.outcome = response, None
    _check(mint, sign_in)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sign_ins,
    st.one_of(
        st.builds(Returned, st.binary(max_size=80)),
        st.builds(Returned, json_values.map(lambda value: json.dumps(value).encode())),
        st.builds(Failed, st.binary(max_size=80)),
        st.builds(Failed, json_values.map(lambda value: json.dumps(value).encode())),
        st.builds(NotRun, text, text),
    ),
)
def test_any_outcome(mint: _Mint, sign_in: Authentication, outcome: Outcome) -> None:
    mint.answering.outcome = outcome
    _check(mint, sign_in)
