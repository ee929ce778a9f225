"""The preview shows what the mint makes: for any user, app client, grant and answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poolhouse.app import build_house, close_house
from poolhouse.clock import FixedClock
from poolhouse.domain.authentication import SELF_SERVICE_SCOPE, Authentication
from poolhouse.domain.differences import OF_THE_ISSUANCE
from poolhouse.domain.records import EventVersion, Group, RefreshRotation, User
from poolhouse.errors import ServiceError
from poolhouse.functions.directory import Execution
from poolhouse.functions.runtime import Failed, NotRun, Outcome, Returned
from poolhouse.house import House
from poolhouse.settings import Settings
from poolhouse.store import users
from poolhouse.tokens.customize import Answered
from poolhouse.tokens.issue import Redemption, TokenSet, decide_for_code, issue
from poolhouse.tokens.preview import preview
from sample_authentications import CLIENT, INES, POOL, group, triggered
from token_reading import unverified

CASES = 2000

text = st.text(max_size=6)
names = st.sampled_from(
    ["tier", "level", "sub", "email", "cognito:groups", "scope", "dev:x", "", "https://x/y"]
)
values = st.one_of(
    st.none(), st.booleans(), st.integers(), text, st.lists(text, max_size=2), st.just(1 << 70)
)
risky = st.dictionaries(st.sampled_from(["aud", "email_verified", "address"]), values, max_size=1)
"""Claims that take certain values only; others end the issuance."""

proper = st.dictionaries(names | text, values, min_size=1, max_size=4)
claims = st.one_of(*[proper] * 5, st.builds(lambda one, other: one | other, proper, risky))
texts = st.dictionaries(names, text, min_size=1, max_size=4)
suppressed = st.lists(names, max_size=2)
scopes = st.lists(st.sampled_from([SELF_SERVICE_SCOPE, "a/b", "openid", "new", ""]), max_size=3)
part = st.fixed_dictionaries(
    {
        "claimsToAddOrOverride": claims,
        "claimsToSuppress": suppressed,
        "scopesToAdd": st.one_of(*[scopes] * 5, st.just(["a b"])),
        "scopesToSuppress": scopes,
    }
)
groups = st.none() | st.fixed_dictionaries({"groupsToOverride": st.lists(text, max_size=2)})
responses = st.fixed_dictionaries(
    {
        "claimsOverrideDetails": st.fixed_dictionaries(
            {"claimsToAddOrOverride": texts, "claimsToSuppress": suppressed},
            optional={"groupOverrideDetails": groups},
        ),
        "claimsAndScopeOverrideDetails": st.fixed_dictionaries(
            {},
            optional={
                "idTokenGeneration": part,
                "accessTokenGeneration": part,
                "groupOverrideDetails": groups,
            },
        ),
    }
)
outcomes = st.one_of(
    responses,
    responses,
    responses,
    responses,
    st.sampled_from(
        [
            Failed(b'{"errorMessage": "no"}'),
            NotRun("CallerTimeout"),
            NotRun("TooManyRequestsException"),
            Returned(b"no json"),
            Returned(b"7"),
        ]
    ),
)
"""What the function's response is, or how its call ends."""

attributes = st.fixed_dictionaries(
    {"sub": st.just(INES.sub)},
    optional={
        "email": text,
        "email_verified": st.sampled_from(["true", "false"]),
        "address": text,
        "updated_at": st.sampled_from(["1", "x"]),
        "custom:berth": text,
    },
)
app_clients = st.builds(
    lambda revocable, rotating, readable: replace(
        CLIENT,
        token_revocation=revocable,
        refresh_rotation=RefreshRotation(0) if rotating else None,
        read_attributes=readable,
    ),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, frozenset({"email"})]),
)


@st.composite
def sign_ins(draw: st.DrawFn) -> tuple[str, Authentication]:
    """A grant, and somebody who comes with it."""
    grant = draw(st.sampled_from(["api", "password", "device", "refresh", "code", "machine"]))
    versions: list[EventVersion | None] = ["V1_0", "V2_0", "V3_0", "V3_0", None]
    version = draw(st.sampled_from(versions))
    by_oauth = grant in ("code", "machine") or (grant == "refresh" and draw(st.booleans()))
    granted = draw(st.lists(st.sampled_from(["openid", "email", "a/b"]), unique=True, max_size=3))
    user: User | None = None
    members: tuple[Group, ...] = ()
    if grant != "machine":
        user = replace(INES, attributes=draw(attributes))
        members = tuple(group(name) for name in draw(st.sets(text.filter(bool), max_size=2)))
    return grant, Authentication(
        pool=POOL if version is None else triggered(version),
        client=draw(app_clients),
        source=SOURCES[grant],
        user=user,
        groups=members,
        scopes=tuple(granted) if by_oauth else (SELF_SERVICE_SCOPE,),
        auth_time=1_790_000_000,
        event_id="5b0e6d2c-3f7a-4a68-9a0e-1d2c3b4a5f60" if grant in ("refresh", "code") else None,
        origin_jti="0f5a7d52-9c4e-4d55-8a57-6b2f3a1e9c10" if grant == "refresh" else None,
        by_oauth=by_oauth,
        nonce="n" if grant == "code" and draw(st.booleans()) else None,
        resource="https://tides.test" if grant == "code" and draw(st.booleans()) else None,
        client_metadata=draw(st.none() | st.just({"a": "b"})),
    )


SOURCES: dict[str, Any] = {
    "api": "TokenGeneration_Authentication",
    "password": "TokenGeneration_NewPasswordChallenge",
    "device": "TokenGeneration_AuthenticateDevice",
    "refresh": "TokenGeneration_RefreshTokens",
    "code": "TokenGeneration_HostedAuth",
    "machine": "TokenGeneration_ClientCredentials",
}


class _Answering:
    """Stands where functions are called, and answers what the case says."""

    said: Any = None

    async def invoke(self, arn: str, event: bytes, **_: Any) -> Execution:
        outcome: Outcome
        if isinstance(self.said, dict):
            outcome = Returned(json.dumps({**json.loads(event), "response": self.said}).encode())
        else:
            outcome = self.said
        return Execution(outcome, "7", "ab" * 32)

    async def close(self) -> None:
        """Nothing runs."""


class Mint:
    """A real house, one user in it, and functions that answer as told."""

    def __init__(self, data: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.answering = _Answering()
        self.house = self.loop.run_until_complete(self._build(data))

    async def _build(self, data: Path) -> House:
        made = Settings(data=data, public_url="https://auth.test", durability="normal")
        house = await build_house(made, clock=FixedClock())
        keys = await house.keys.make_pair(POOL.id, 1)
        await house.db.write(house.keys.insert, keys)
        await house.db.write(users.insert, POOL, INES)
        await house.governance.put(POOL.id, {"budgets": BUDGETS}, 0)
        return replace(house, functions=self.answering)  # type: ignore[arg-type]  # a stand-in

    async def mint(self, house: House, grant: str, sign_in: Authentication) -> TokenSet:
        """Tokens as the grant's own way makes them."""
        if grant in ("refresh", "machine"):
            return await issue(house, sign_in)
        if grant != "code":
            return await issue(house, sign_in, with_refresh_token=True)
        first = await decide_for_code(house, sign_in, now_ms=house.clock.now_ms())
        answered = None
        trigger = sign_in.pool.pre_token_generation
        if trigger is not None and first.answer is not None and first.event is not None:
            answered = Answered(first.event, first.answer, trigger.version, first.function)
        # The answer stands for the code, whatever the function would say by now.
        self.answering.said = NotRun("ServiceException")
        return await issue(
            house,
            replace(sign_in, event_id=None),
            new_sign_in=True,
            redemption=Redemption(answered, _spend_nothing),
        )

    def close(self) -> None:
        self.loop.run_until_complete(close_house(self.house))
        self.loop.close()


BUDGETS = [
    {"measure": "id", "limit_bytes": 1150, "action": "fail"},
    {"measure": "access", "limit_bytes": 1100, "action": "warn"},
]


async def _outcome(
    minting: Coroutine[Any, Any, TokenSet],
) -> tuple[TokenSet | None, ServiceError | None]:
    try:
        return await minting, None
    except ServiceError as error:
        return None, error


async def _spend_nothing(transaction: object) -> None:
    """The code of the case is a made-up one."""


@pytest.fixture(scope="module")
def mint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mint]:
    made = Mint(tmp_path_factory.mktemp("mint"))
    yield made
    made.close()


@settings(
    max_examples=CASES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sign_ins(), outcomes, st.booleans())
def test_the_preview_equals_the_mint(
    mint: Mint, case: tuple[str, Authentication], said: Any, strict: bool
) -> None:
    grant, sign_in = case
    made = mint.house.settings.replace(strict_customization=strict)
    house = replace(mint.house, settings=made)
    mint.answering.said = said
    # A sign-in gets its ids when it is minted; a preview makes them up.
    shown = mint.loop.run_until_complete(preview(house, _with_ids(sign_in)))
    tokens, refusal = mint.loop.run_until_complete(_outcome(mint.mint(house, grant, sign_in)))
    assert (type(shown.error), str(shown.error)) == (type(refusal), str(refusal))
    if tokens is None:
        return
    assert shown.after is not None
    assert shown.sizes_after is not None
    for minted, claimed, size in (
        (tokens.access_token, shown.after.access_claims, shown.sizes_after.access),
        (tokens.id_token, shown.after.id_claims, shown.sizes_after.id),
    ):
        assert (minted is None) == (claimed is None)
        if minted is None or claimed is None or size is None:
            continue
        assert _said(unverified(minted)) == _said(claimed)
        assert size.token_bytes == len(minted)
        assert sum(size.claim_bytes.values()) == len(minted.split(".")[1])


def _with_ids(sign_in: Authentication) -> Authentication:
    if sign_in.user is None or sign_in.origin_jti is not None:
        return sign_in
    revocable = sign_in.client.token_revocation or sign_in.client.refresh_rotation is not None
    an_id = "0f5a7d52-9c4e-4d55-8a57-6b2f3a1e9c10"
    return replace(
        sign_in, event_id=sign_in.event_id or an_id, origin_jti=an_id if revocable else None
    )


def _said(claims: Any) -> Any:
    """Values and the names of all claims; ids and times are each issuance's own."""
    told = json.loads(json.dumps(claims))
    return {name: None if name in OF_THE_ISSUANCE else value for name, value in told.items()} | {
        "at_hash": None
    }
