from __future__ import annotations

import pytest

from poolhouse.domain import secret_hash
from poolhouse.errors import NotAuthorizedException
from sample_records import CLIENT_ID, app_client

FIRST, SECOND = "a" * 51, "b" * 51
CONFIDENTIAL = app_client(secrets=(FIRST, SECOND))
PUBLIC = app_client()


def test_vector() -> None:
    assert (
        secret_hash.compute("alice", "1example23456789", "abcdefghijklmnopqrstuvwxyz0123456789")
        == "WozKlcsNn42vw+GNgYnkjUawOBKW3mhoGnHQ4vT3VxA="
    )


@pytest.mark.parametrize("secret", [FIRST, SECOND])
@pytest.mark.parametrize("hashed_name", ["Ines", "7d1f1c1e"])
def test_any_active_secret_and_any_form_of_the_name_will_do(secret: str, hashed_name: str) -> None:
    given = secret_hash.compute(hashed_name, CLIENT_ID, secret)
    secret_hash.check(CONFIDENTIAL, ["Ines", "7d1f1c1e"], given)


@pytest.mark.parametrize("given", [None, ""])
def test_a_missing_hash(given: str | None) -> None:
    with pytest.raises(NotAuthorizedException) as refusal:
        secret_hash.check(CONFIDENTIAL, ["ines"], given)
    assert refusal.value.message == (
        f"Client {CLIENT_ID} is configured with secret but SECRET_HASH was not received"
    )


@pytest.mark.parametrize(
    "given",
    [
        "nonsense",
        "£",
        "\ud800",
        secret_hash.compute("ines", CLIENT_ID, "c" * 51),
        secret_hash.compute("ana", CLIENT_ID, FIRST),
        secret_hash.compute("ines", "another", FIRST),
    ],
)
def test_a_wrong_hash(given: str) -> None:
    with pytest.raises(NotAuthorizedException) as refusal:
        secret_hash.check(CONFIDENTIAL, ["ines"], given)
    assert refusal.value.message == f"Unable to verify secret hash for client {CLIENT_ID}"


def test_a_public_client_has_nothing_to_prove() -> None:
    secret_hash.check(PUBLIC, ["ines"], None)
    secret_hash.check(PUBLIC, ["ines"], "anything")


def test_secrets_themselves() -> None:
    assert secret_hash.is_secret(CONFIDENTIAL, FIRST)
    assert secret_hash.is_secret(CONFIDENTIAL, SECOND)
    assert not secret_hash.is_secret(CONFIDENTIAL, "c" * 51)
    assert not secret_hash.is_secret(CONFIDENTIAL, None)
    assert not secret_hash.is_secret(PUBLIC, None)
    assert not secret_hash.is_secret(PUBLIC, "")
