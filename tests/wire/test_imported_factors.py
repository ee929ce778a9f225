"""``cognito:mfa_enabled`` of a user import: what an imported user is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bcrypt
import pytest

from account_world import PASSWORD, World
from import_world import csv, header, run
from mfa_world import PHONE, mfa_world
from server import Server

HASH = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()


def imported(world: World, **row: str) -> Any:
    """The sign-in of the user of a row, who brings a password along."""
    full = {"cognito:username": "ann", "cognito:password_hash": HASH, **row}
    content = csv([*header(world), "cognito:password_hash"], [full])
    done = run(world, content, PasswordHashingAlgorithm="BCRYPT")
    assert done["ImportedUsers"] == 1, done
    return world.sign_in("ann")


@pytest.fixture
def world(start_server: Callable[..., Server]) -> World:
    return mfa_world(start_server(), "OPTIONAL", "SMS", "TOTP")


def test_true_prefers_sms(world: World) -> None:
    asked = imported(world, **{"cognito:mfa_enabled": "true", "phone_number": PHONE})
    assert asked["ChallengeName"] == "SMS_MFA"
    assert world.mail(PHONE)[0]["code"]
    user = world.get("ann")
    assert (user["UserMFASettingList"], user["PreferredMfaSetting"]) == (["SMS_MFA"], "SMS_MFA")


def test_false_asks_for_nothing(world: World) -> None:
    signed_in = imported(world, **{"cognito:mfa_enabled": "false", "phone_number": PHONE})
    assert "AuthenticationResult" in signed_in
    assert "UserMFASettingList" not in world.get("ann")


def test_true_without_a_phone_changes_nothing(world: World) -> None:
    signed_in = imported(world, **{"cognito:mfa_enabled": "true"})
    assert "AuthenticationResult" in signed_in


def test_true_where_the_pool_has_no_sms_changes_nothing(
    start_server: Callable[..., Server],
) -> None:
    world = mfa_world(start_server(), "OPTIONAL", "TOTP")
    signed_in = imported(world, **{"cognito:mfa_enabled": "true", "phone_number": PHONE})
    assert "AuthenticationResult" in signed_in
