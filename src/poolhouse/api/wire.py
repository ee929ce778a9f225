"""Values as the wire has them, where several operations share a shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.domain.records import Group, User


def seconds(time_ms: int) -> float:
    """A timestamp: seconds since the epoch, milliseconds as fraction."""
    return time_ms / 1000


def attribute_list(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    """``AttributeListType``."""
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


def user_type(user: User) -> dict[str, Any]:
    """``UserType``: a user as lists and AdminCreateUser show one."""
    return {
        "Username": user.username,
        "Attributes": attribute_list(user.attributes),
        "UserCreateDate": seconds(user.created_ms),
        "UserLastModifiedDate": seconds(user.modified_ms),
        "Enabled": user.enabled,
        "UserStatus": user.status,
    }


def group_type(group: Group) -> dict[str, Any]:
    """``GroupType``."""
    return {
        "GroupName": group.name,
        "UserPoolId": group.pool_id,
        "Description": group.description,
        "RoleArn": group.role_arn,
        "Precedence": group.precedence,
        "LastModifiedDate": seconds(group.modified_ms),
        "CreationDate": seconds(group.created_ms),
    }
