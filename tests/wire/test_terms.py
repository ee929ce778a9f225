"""Terms documents over boto3."""

from __future__ import annotations

from typing import Any

import pytest

from branding_world import app_client
from refusals import refused

LINKS = {"cognito:default": "https://example.com/terms"}
UNKNOWN_ID = "11111111-1111-4111-8111-111111111111"


def _create(idp: Any, pool_id: str, client_id: str, **more: Any) -> dict[str, Any]:
    request = {
        "UserPoolId": pool_id,
        "ClientId": client_id,
        "TermsName": "terms-of-use",
        "TermsSource": "LINK",
        "Enforcement": "NONE",
        "Links": LINKS,
        **more,
    }
    made: dict[str, Any] = idp.create_terms(**request)["Terms"]
    return made


def _place(made: dict[str, Any]) -> dict[str, str]:
    return {name: made[name] for name in ("UserPoolId", "TermsId")}


def test_terms_are_found_by_id_and_by_client(idp: Any, fresh_pool_id: str) -> None:
    client_id = app_client(idp, fresh_pool_id)
    made = _create(idp, fresh_pool_id, client_id)
    assert made["Links"] == LINKS
    assert idp.describe_terms(**_place(made))["Terms"] == made
    found = idp.describe_terms_by_client(
        UserPoolId=fresh_pool_id, ClientId=client_id, TermsName="terms-of-use"
    )
    assert found["Terms"] == made
    with refused("ResourceNotFoundException"):
        idp.describe_terms_by_client(
            UserPoolId=fresh_pool_id, ClientId=client_id, TermsName="privacy-policy"
        )


def test_an_update_changes_what_it_names(idp: Any, fresh_pool_id: str) -> None:
    made = _create(idp, fresh_pool_id, app_client(idp, fresh_pool_id))
    links = {**LINKS, "cognito:german": "https://example.com/agb"}
    idp.update_terms(**_place(made), Links=links)
    idp.update_terms(**_place(made), TermsName="privacy-policy")
    described = idp.describe_terms(**_place(made))["Terms"]
    assert (described["TermsName"], described["Links"]) == ("privacy-policy", links)


def test_one_document_of_each_name(idp: Any, fresh_pool_id: str) -> None:
    client_id = app_client(idp, fresh_pool_id)
    _create(idp, fresh_pool_id, client_id)
    with refused("TermsExistsException"):
        _create(idp, fresh_pool_id, client_id)
    other = _create(idp, fresh_pool_id, client_id, TermsName="privacy-policy")
    with refused("TermsExistsException"):
        idp.update_terms(**_place(other), TermsName="terms-of-use")


def test_lists_come_in_pages(idp: Any, fresh_pool_id: str) -> None:
    made = [
        _create(idp, fresh_pool_id, app_client(idp, fresh_pool_id))["TermsId"] for _ in range(3)
    ]
    first = idp.list_terms(UserPoolId=fresh_pool_id, MaxResults=2)
    second = idp.list_terms(UserPoolId=fresh_pool_id, NextToken=first["NextToken"])
    assert "NextToken" not in second
    assert [each["TermsId"] for each in first["Terms"] + second["Terms"]] == sorted(made)
    with refused("InvalidParameterException", "Invalid pagination token."):
        idp.list_terms(UserPoolId=fresh_pool_id, NextToken="nonsense")


def test_deleted_terms_are_gone(idp: Any, fresh_pool_id: str) -> None:
    client_id = app_client(idp, fresh_pool_id)
    made = _create(idp, fresh_pool_id, client_id)
    idp.delete_terms(**_place(made))
    with refused("ResourceNotFoundException"):
        idp.delete_terms(**_place(made))
    _create(idp, fresh_pool_id, client_id)
    idp.delete_user_pool_client(UserPoolId=fresh_pool_id, ClientId=client_id)
    assert idp.list_terms(UserPoolId=fresh_pool_id)["Terms"] == []


def test_unknown_terms(idp: Any, pool_id: str) -> None:
    for call in (idp.describe_terms, idp.update_terms, idp.delete_terms):
        with refused("ResourceNotFoundException", f"Terms {UNKNOWN_ID} do not exist."):
            call(UserPoolId=pool_id, TermsId=UNKNOWN_ID)


@pytest.mark.parametrize(
    "links",
    [
        {"cognito:german": "https://example.com/agb"},
        {"cognito:default": "javascript:alert(1)"},
        {"cognito:default": "example.com"},
        {"klingon": "https://example.com"},
        {},
    ],
)
def test_links_are_web_addresses_with_a_default(
    idp: Any, pool_id: str, links: dict[str, str]
) -> None:
    with refused("InvalidParameterException"):
        _create(idp, pool_id, app_client(idp, pool_id), Links=links)
