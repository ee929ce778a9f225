"""Which second factors a user is asked for, for every mode, factor and preference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from poolhouse.domain import second_factors
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.second_factors import (
    CHALLENGES,
    CONTACTS,
    EMAIL,
    PASSKEY,
    SMS,
    TOTP,
    UserFactors,
)
from poolhouse.errors import InvalidParameterException
from sample_records import pool

BLOCKS = {
    "SMSMfaSettings": SMS,
    "SoftwareTokenMfaSettings": TOTP,
    "EmailMfaSettings": EMAIL,
    "WebAuthnMfaSettings": PASSKEY,
}
modes = st.sampled_from(["OFF", "OPTIONAL", "ON"])
factors = st.builds(
    UserFactors,
    st.lists(st.sampled_from([*CHALLENGES, PASSKEY]), unique=True).map(tuple),
    st.none(),
    st.booleans(),
)
contacts = st.fixed_dictionaries(
    {}, optional={"email": st.just("a@b"), "phone_number": st.just("+491")}
)
block = st.fixed_dictionaries(
    {}, optional={"Enabled": st.booleans(), "PreferredMfa": st.booleans()}
)
requests = st.fixed_dictionaries({}, optional=dict.fromkeys(BLOCKS, block))


def owner(mode: str, offered: set[str]) -> UserPool:
    settings: dict[str, Any] = {"MfaConfiguration": mode}
    if SMS in offered:
        settings["SmsConfiguration"] = {"SnsCallerArn": "arn"}
    mfa: dict[str, Any] = {"SmsMfaConfiguration": SMS in offered}
    if TOTP in offered:
        mfa["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
    if EMAIL in offered:
        mfa["EmailMfaConfiguration"] = {}
    made = pool()
    return replace(made, settings={**made.settings, **settings}, mfa=mfa)


def user(attributes: dict[str, str]) -> User:
    return User("pool", "sub", "ann", "CONFIRMED", True, 1, 1, attributes)


@given(modes, st.sets(st.sampled_from(CHALLENGES)), factors, contacts, st.booleans())
def test_only_what_can_be_answered_is_asked_for(
    mode: str, offered: set[str], own: UserFactors, attributes: dict[str, str], has_token: bool
) -> None:
    found = second_factors.active(owner(mode, offered), user(attributes), own, has_token=has_token)
    assert set(found) <= set(CHALLENGES)
    assert TOTP not in found or has_token
    assert all(attributes.get(CONTACTS[factor]) for factor in found if factor in CONTACTS)
    if mode == "OFF":
        assert found == ()
    if mode == "OPTIONAL":
        assert set(found) <= {*own.enabled, *([SMS] if own.legacy_sms else [])}


@given(st.sets(st.sampled_from(CHALLENGES)), factors, contacts, st.booleans())
def test_requiring_mfa_never_asks_for_less(
    offered: set[str], own: UserFactors, attributes: dict[str, str], has_token: bool
) -> None:
    asked = {
        mode: second_factors.active(
            owner(mode, offered), user(attributes), own, has_token=has_token
        )
        for mode in ("OPTIONAL", "ON")
    }
    assert set(asked["OPTIONAL"]) <= set(asked["ON"])
    if has_token:
        assert asked["ON"]


@given(st.sets(st.sampled_from(CHALLENGES)), factors, contacts, st.booleans(), requests)
def test_preferences_do_what_they_say_and_nothing_else(
    offered: set[str],
    own: UserFactors,
    attributes: dict[str, str],
    has_token: bool,
    request: dict[str, dict[str, bool]],
) -> None:
    asking = owner("OPTIONAL", offered)
    try:
        changed = second_factors.with_preferences(
            asking, user(attributes), own, request, has_token=has_token
        )
    except InvalidParameterException:
        assume(False)
        raise
    for name, factor in BLOCKS.items():
        if name in request:
            assert (factor in changed.enabled) == bool(request[name].get("Enabled"))
        else:
            assert (factor in changed.enabled) == (factor in own.enabled)
    wanted = [BLOCKS[name] for name in request if request[name].get("PreferredMfa")]
    assert len(wanted) <= 1
    assert changed.preferred == (wanted[0] if wanted else None)
    assert changed.preferred is None or changed.preferred in changed.enabled
