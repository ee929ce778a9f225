from __future__ import annotations

from typing import Any

import pytest

from poolhouse.domain import client_flows
from poolhouse.domain.records import RefreshRotation
from poolhouse.errors import FeatureUnavailableInTierException, InvalidParameterException

REFRESH = "ALLOW_REFRESH_TOKEN_AUTH"
SRP = "ALLOW_USER_SRP_AUTH"
CUSTOM = "ALLOW_CUSTOM_AUTH"
PASSWORD = "ALLOW_USER_PASSWORD_AUTH"
ADMIN = "ALLOW_ADMIN_USER_PASSWORD_AUTH"
ON = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30}
OFF = {"Feature": "DISABLED", "RetryGracePeriodSeconds": 0}


@pytest.mark.parametrize(
    ("flows", "rotation", "effective"),
    [
        ([], None, {REFRESH, SRP, CUSTOM}),
        ([], OFF, {REFRESH, SRP, CUSTOM}),
        ([], ON, {SRP, CUSTOM}),
        ([PASSWORD], None, {PASSWORD}),
        ([PASSWORD, REFRESH], None, {PASSWORD, REFRESH}),
        (["ALLOW_CLIENT_TOKEN_AUTH"], None, {"ALLOW_CLIENT_TOKEN_AUTH"}),
        (["USER_PASSWORD_AUTH"], None, {PASSWORD, SRP, CUSTOM, REFRESH}),
        (["ADMIN_NO_SRP_AUTH"], None, {ADMIN, SRP, CUSTOM, REFRESH}),
        (["ADMIN_NO_SRP_AUTH"], ON, {ADMIN, SRP, CUSTOM}),
        (["CUSTOM_AUTH_FLOW_ONLY"], None, {CUSTOM, REFRESH}),
        (["CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"], None, {CUSTOM, REFRESH}),
    ],
)
def test_effective_flows(
    flows: list[str], rotation: dict[str, Any] | None, effective: set[str]
) -> None:
    assert client_flows.effective(flows, rotation) == effective


@pytest.mark.parametrize(
    ("flows", "rotation", "has_secret", "message"),
    [
        (["USER_PASSWORD_AUTH", REFRESH], None, False, client_flows.MIXED_NAMES),
        ([REFRESH, SRP], ON, False, client_flows.ROTATION_WITH_REFRESH_FLOW),
        (["ALLOW_CLIENT_TOKEN_AUTH", SRP], None, True, client_flows.CLIENT_TOKEN_NOT_ALONE),
        (["ALLOW_CLIENT_TOKEN_AUTH"], None, False, client_flows.CLIENT_TOKEN_WITHOUT_SECRET),
    ],
)
def test_refused(
    flows: list[str], rotation: dict[str, Any] | None, has_secret: bool, message: str
) -> None:
    with pytest.raises(InvalidParameterException) as refusal:
        client_flows.check(flows, rotation, tier="PLUS", has_secret=has_secret)
    assert refusal.value.message == message


@pytest.mark.parametrize(
    ("flows", "rotation"),
    [
        ([], ON),
        ([SRP], ON),
        ([REFRESH], OFF),
        (["ALLOW_CLIENT_TOKEN_AUTH"], None),
        (["ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"], None),
    ],
)
def test_accepted(flows: list[str], rotation: dict[str, Any] | None) -> None:
    client_flows.check(flows, rotation, tier="LITE", has_secret=True)


@pytest.mark.parametrize("flow", ["ALLOW_USER_AUTH", "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"])
def test_choice_and_exchange_need_essentials(flow: str) -> None:
    client_flows.check([flow], None, tier="ESSENTIALS", has_secret=False)
    with pytest.raises(FeatureUnavailableInTierException):
        client_flows.check([flow], None, tier="LITE", has_secret=False)


@pytest.mark.parametrize(
    ("given", "current", "stored", "in_force"),
    [
        (None, None, None, None),
        ({"Feature": "ENABLED"}, None, {**ON, "RetryGracePeriodSeconds": 0}, RefreshRotation(0)),
        (ON, None, ON, RefreshRotation(30)),
        (None, ON, OFF, None),
        (None, OFF, OFF, None),
        ({"Feature": "DISABLED"}, ON, OFF, None),
    ],
)
def test_rotation(
    given: dict[str, Any] | None,
    current: dict[str, Any] | None,
    stored: dict[str, Any] | None,
    in_force: RefreshRotation | None,
) -> None:
    assert client_flows.complete_rotation(given, current) == stored
    assert client_flows.refresh_rotation(stored) == in_force
