"""Pools and app clients as the rules themselves make them from requests; the model's members."""

from __future__ import annotations

from typing import Any

import botocore.session
from botocore.model import StructureShape

from poolhouse.domain import client_settings, pool_settings
from poolhouse.domain.records import AppClient, User, UserPool

REGION = "eu-west-1"
POOL_ID = "eu-west-1_Q7hYk2LmN"
CLIENT_ID = "4kq9v0c7e1t3m5p8r2s6u0w1x"
ROLE_ARN = "arn:aws:iam::210987654321:role/sms"


def pool(**request: Any) -> UserPool:
    """A user pool of a CreateUserPool request."""
    made = pool_settings.for_create({"PoolName": "harbour", **request}, region=REGION)
    return pool_settings.record(POOL_ID, REGION, 1, 2, made.settings)


def app_client(
    of: UserPool | None = None, *, secrets: tuple[str, ...] = (), **request: Any
) -> AppClient:
    """An app client of a CreateUserPoolClient request."""
    owner = of or pool()
    asked = {"ClientName": "portal", "GenerateSecret": bool(secrets), **request}
    settings = client_settings.for_create(asked, owner, (), lambda _: True)
    return client_settings.record(CLIENT_ID, owner.id, 1, 2, settings, secrets)


def user(username: str = "ines", *, status: str = "CONFIRMED", **attributes: str) -> User:
    """A user of the sample pool; the sub is always the same."""
    sub = "7d1f1c1e-50a1-70be-3a0c-2f6b8f0d9e11"
    return User(POOL_ID, sub, username, status, True, 1, 2, {"sub": sub, **attributes})


def members_of(shape_name: str) -> set[str]:
    """The member names of a structure of the service model."""
    model = botocore.session.get_session().get_service_model("cognito-idp")
    shape = model.shape_for(shape_name)
    assert isinstance(shape, StructureShape)
    return set(shape.members)
