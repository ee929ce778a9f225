"""Exchanging a provider's ID token for one of the pool's."""

from __future__ import annotations

from typing import Any

import pytest

from federation_world import Visit, allow, signed
from refusals import refused
from token_reading import unverified

FLOW = "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"


@pytest.fixture
def known(visit: Visit) -> Visit:
    """Somebody has signed in before, and the app client may exchange tokens."""
    assert "code" in visit.there_and_back()
    visit.fake.nonce = ""
    allow(visit.browser.world, "COGNITO", "Fake", ExplicitAuthFlows=[FLOW])
    return visit


def derive(visit: Visit, token: str, **more: Any) -> Any:
    world = visit.browser.world
    given = {"SubjectTokenType": "ID_TOKEN", "SubjectTokenProviderName": "Fake", **more}
    return world.idp.get_derived_token(ClientId=world.client_id, SubjectToken=token, **given)


def test_the_user_behind_it(known: Visit) -> None:
    world = known.browser.world
    answer = derive(known, known.fake.id_token(), Scopes=["openid"])
    claims = unverified(answer["IssuedToken"])
    assert claims["username"] == "Fake_117"
    assert claims["scope"] == "openid"
    assert claims["cognito:groups"] == [f"{world.pool_id}_Fake"]
    assert answer["ExpiresIn"] == 300  # no longer than the token that was given for it
    assert known.browser.userinfo(answer["IssuedToken"]).json()["username"] == "Fake_117"
    world.idp.admin_user_global_sign_out(UserPoolId=world.pool_id, Username="Fake_117")
    assert known.browser.userinfo(answer["IssuedToken"]).status_code == 401


def test_it_becomes_no_key_to_the_account(known: Visit) -> None:
    scopes = derive(known, known.fake.id_token())["Scopes"]
    assert "openid" in scopes
    assert "aws.cognito.signin.user.admin" not in scopes


@pytest.mark.parametrize(
    "claims",
    [{"sub": "118"}, {"aud": "another"}, {"exp": 1_700_000_000}, {"iss": "https://b.example"}],
)
def test_tokens_that_are_not_good_for_it(known: Visit, claims: dict[str, Any]) -> None:
    known.fake.claims = claims
    with refused("NotAuthorizedException", "Invalid subject token"):
        derive(known, known.fake.id_token())


def test_who_acts_is_for_us_to_say(known: Visit) -> None:
    known.fake.claims = {"act": {"sub": "root"}}
    assert "act" not in unverified(derive(known, known.fake.id_token())["IssuedToken"])


def test_a_disabled_user(known: Visit) -> None:
    world = known.browser.world
    world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="Fake_117")
    with refused("NotAuthorizedException"):
        derive(known, known.fake.id_token())


@pytest.mark.parametrize(
    "more", [{"SubjectTokenProviderName": "Pier"}, {"SubjectTokenType": "ACCESS_TOKEN"}]
)
def test_other_providers_and_kinds_of_token(known: Visit, more: dict[str, Any]) -> None:
    with refused("InvalidParameterException"):
        derive(known, known.fake.id_token(), **more)


def test_a_client_that_does_not_have_the_provider(known: Visit) -> None:
    allow(known.browser.world, "COGNITO")
    with refused("InvalidParameterException"):
        derive(known, signed({"sub": "117"}))
