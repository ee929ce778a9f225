from __future__ import annotations

import pytest

from poolhouse.domain import domains
from poolhouse.errors import FeatureUnavailableInTierException, InvalidParameterException

INVALID = (
    "The domain name contains an invalid character. Domain names can only contain lower-case "
    "letters, numbers, and hyphens. Please enter a different name that follows this format: "
    r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"
)


@pytest.mark.parametrize("prefix", ["harbour", "h", "harbour-7", "7-seas", "awsome", "a" * 63])
def test_prefixes(prefix: str) -> None:
    domains.check_prefix(prefix)


@pytest.mark.parametrize(
    ("prefix", "message"),
    [
        ("Harbour", INVALID),
        ("harbour.test", INVALID),
        ("-harbour", INVALID),
        ("harbour-", INVALID),
        ("häfen", INVALID),
        ("harbour\n", INVALID),
        ("", INVALID),
        ("a" * 64, INVALID),
        ("my-aws-harbour", "Domain cannot contain reserved word: aws"),
        ("amazon", "Domain cannot contain reserved word: amazon"),
        ("harbour-cognito", "Domain cannot contain reserved word: cognito"),
    ],
)
def test_refused_prefixes(prefix: str, message: str) -> None:
    with pytest.raises(InvalidParameterException) as refusal:
        domains.check_prefix(prefix)
    assert refusal.value.message == message


def test_custom_domains() -> None:
    domains.check_custom("auth.harbour.test")
    for refused in ("harbour", "Auth.harbour.test", "auth..test", "a." * 127 + "test", "a.test."):
        with pytest.raises(InvalidParameterException):
            domains.check_custom(refused)


def test_managed_login_versions() -> None:
    assert domains.managed_login_version(None, "LITE") == 1
    assert domains.managed_login_version(1, "LITE") == 1
    assert domains.managed_login_version(2, "ESSENTIALS") == 2
    with pytest.raises(FeatureUnavailableInTierException):
        domains.managed_login_version(2, "LITE")
    with pytest.raises(InvalidParameterException):
        domains.managed_login_version(3, "PLUS")
