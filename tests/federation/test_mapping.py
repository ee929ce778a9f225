"""What of a provider's claims is kept, and what stops a sign-in."""

from __future__ import annotations

from typing import Any

import pytest

from browser_world import CALLBACK
from federation_world import FakeProvider, Visit, allow, make_visit
from provider_world import add_provider
from server import Server

CUSTOM = [
    {"Name": "berths", "AttributeDataType": "String", "Mutable": True},
    {"Name": "number", "AttributeDataType": "String", "Mutable": False},
    {"Name": "token", "AttributeDataType": "String", "Mutable": True},
]
MAPPING = {
    "email": "email",
    "email_verified": "email_verified",
    "custom:berths": "berths",
    "custom:number": "number",
}


@pytest.fixture
def mapped(server: Server, fake: FakeProvider) -> Visit:
    """Everything is mapped, and the app client may write it."""
    visit = make_visit(server, fake)
    world = visit.browser.world
    world.idp.add_custom_attributes(UserPoolId=world.pool_id, CustomAttributes=CUSTOM)
    remap(visit, MAPPING)
    writable = ["email", "custom:berths", "custom:number", "custom:token"]
    allow(world, "COGNITO", "Fake", WriteAttributes=writable)
    return visit


def remap(visit: Visit, mapping: dict[str, str]) -> None:
    world = visit.browser.world
    world.idp.update_identity_provider(
        UserPoolId=world.pool_id, ProviderName="Fake", AttributeMapping=mapping
    )


@pytest.mark.parametrize(
    ("claim", "kept"),
    [
        ("C14", "C14"),
        (14, "14"),
        (True, "true"),
        (["C14", "A 2&3"], "[C14,A+2%263]"),
        ({"pier": "C"}, '{"pier":"C"}'),
    ],
)
def test_claims_become_texts(mapped: Visit, claim: Any, kept: str) -> None:
    mapped.fake.user_info = {"berths": claim}
    assert "code" in mapped.there_and_back()
    assert mapped.user()["custom:berths"] == kept


def test_an_address_is_verified_only_where_that_is_mapped(mapped: Visit) -> None:
    mapped.fake.user_info = {"email_verified": True}
    mapped.there_and_back()
    assert mapped.user()["email_verified"] == "true"
    remap(mapped, {"email": "email"})
    mapped.fake.user_info = {"email": "other@example.com", "email_verified": True}
    mapped.there_and_back()
    assert mapped.user()["email"] == "other@example.com"
    assert mapped.user()["email_verified"] == "false"


def test_a_claim_that_disappears_leaves_the_value(mapped: Visit) -> None:
    mapped.fake.user_info = {"berths": "C14"}
    mapped.there_and_back()
    mapped.fake.user_info = {}
    mapped.there_and_back()
    assert mapped.user()["custom:berths"] == "C14"


def test_an_immutable_attribute_may_come_again_unchanged_only(mapped: Visit) -> None:
    mapped.fake.user_info = {"number": "7"}
    assert "code" in mapped.there_and_back()
    assert "code" in mapped.there_and_back()
    mapped.fake.user_info = {"number": "8"}
    refused = mapped.there_and_back()
    assert refused["error_description"] == "user.custom:number: Attribute cannot be updated.\n"
    assert mapped.user()["custom:number"] == "7"


def test_what_the_app_client_may_not_write(visit: Visit) -> None:
    allow(visit.browser.world, "COGNITO", "Fake", WriteAttributes=["name"])
    refused = visit.there_and_back()
    assert refused["error_description"] == "A client attempted to write unauthorized attribute"


def test_values_that_are_too_long(mapped: Visit) -> None:
    mapped.fake.user_info = {"berths": "C" * 2049}
    assert "no longer than 2048" in mapped.there_and_back()["error_description"]


def test_tokens_of_the_provider_may_be_kept(mapped: Visit) -> None:
    remap(mapped, {**MAPPING, "custom:token": "access_token"})
    mapped.there_and_back()
    assert mapped.user()["custom:token"] == "a"


def in_a_pool(visit: Visit, mapping: dict[str, str], **settings: Any) -> None:
    """Move to another pool, which has the same provider."""
    world = visit.browser.world
    details = world.idp.describe_identity_provider(UserPoolId=world.pool_id, ProviderName="Fake")
    made = world.idp.create_user_pool(PoolName="harbour", **settings)
    world.pool_id = made["UserPool"]["Id"]
    add_provider(
        world.idp,
        world.pool_id,
        "Fake",
        "OIDC",
        details["IdentityProvider"]["ProviderDetails"],
        AttributeMapping=mapping,
    )
    world.client_id = world.idp.create_user_pool_client(
        UserPoolId=world.pool_id,
        ClientName="app",
        SupportedIdentityProviders=["COGNITO", "Fake"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        CallbackURLs=[CALLBACK],
    )["UserPoolClient"]["ClientId"]


def test_required_attributes_must_come(visit: Visit) -> None:
    required = [{"Name": "nickname", "Required": True, "Mutable": True}]
    in_a_pool(visit, {"nickname": "nickname"}, Schema=required)
    assert visit.there_and_back()["error_description"] == "attributes required: [nickname]"
    visit.fake.user_info = {"nickname": "Mary"}
    assert "code" in visit.there_and_back()


def test_a_username_that_is_taken(visit: Visit) -> None:
    visit.browser.world.member("Fake_117")
    refused = visit.there_and_back()
    assert refused["error_description"] == "Already found an entry for username Fake_117"


def test_an_address_may_be_a_local_users_as_well(visit: Visit) -> None:
    """Where addresses are usernames: both users are there, and the local one keeps the name."""
    in_a_pool(visit, {"email": "email"}, UsernameAttributes=["email"])
    world = visit.browser.world
    local = world.member("mara@example.com", email="mara@example.com")
    assert "code" in visit.there_and_back()
    assert visit.user()["email"] == "mara@example.com"
    assert world.get("mara@example.com")["Username"] == local
