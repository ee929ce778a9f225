"""Users of other identity providers: what they are called here, and what of them is kept.

Source: Amazon Cognito developer guide, "Mapping IdP attributes to profiles and tokens" and "Adding
user pool sign-in through a third party".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote_plus

from poolhouse.domain import attributes
from poolhouse.domain.attribute_permissions import check_write
from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.domain.inbound_identities import LONGEST_VALUE
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.errors import InvalidParameterException

LONGEST_SUBJECT: Final = 255
"""OpenID Connect Core 1.0 section 2, ``sub``."""
_FLAGS: Final = frozenset({"email_verified", "phone_number_verified"})
_OF_THE_POOL: Final = frozenset({"sub", "identities", "username"})


def username(provider_name: str, subject: str) -> str:
    return f"{provider_name}_{subject}"


def group_name(pool_id: str, provider_name: str) -> str:
    """The group that a provider's users are put in at their first sign-in."""
    return f"{pool_id}_{provider_name}"


def mapped(
    pool: UserPool,
    provider: IdentityProvider,
    claims: Mapping[str, Any],
    answer: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The attributes that the provider's mapping makes of ``claims``. A claim that is not there
    maps to nothing, so that an older value stays.

    ``answer`` is what an inbound federation function goes on with instead: claims by the
    provider's names, and attributes by the pool's (``inbound-names``). Raises
    :class:`InvalidParameterException` for a value of more than 2,048 characters.
    """
    given = claims if answer is None else answer
    values = {
        name: text(given[claim])
        for name, claim in provider.mapping.items()
        if name not in _OF_THE_POOL and given.get(claim) not in (None, "")
    }
    if answer is not None:
        known = pool.attributes.keys() - _OF_THE_POOL
        values.update({name: value for name, value in answer.items() if name in known and value})
    for name, value in values.items():
        if len(value) > LONGEST_VALUE:
            raise InvalidParameterException(
                f"user.{name}: String must be no longer than {LONGEST_VALUE} characters"
            )
    return values


def text(value: Any) -> str:
    """A claim as the text of an attribute; several values are URL-encoded, between commas
    (``claim-texts``).
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{','.join(quote_plus(text(each), safe='.-*_') for each in value)}]"
    if isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)


def new_profile(pool: UserPool, client: AppClient, values: Mapping[str, str]) -> dict[str, str]:
    """The attributes of a user who signs in for the first time.

    Raises :class:`InvalidParameterException`, also for required attributes that nothing is mapped
    to, and :class:`NotAuthorizedException` for what the app client may not write.
    """
    check_write(pool, client, values.keys() - _FLAGS)
    profile = attributes.check_new_user(pool, values)
    missing = attributes.missing_required(pool, profile)
    if missing:
        raise InvalidParameterException(f"attributes required: [{', '.join(missing)}]")
    return profile


def updated_profile(
    pool: UserPool, client: AppClient, current: Mapping[str, str], values: Mapping[str, str]
) -> dict[str, str]:
    """The attributes of a user who comes again. Immutable ones may come as they are
    (``immutable-unchanged``).

    Raises :class:`InvalidParameterException` and :class:`NotAuthorizedException`.
    """
    changes = {
        name: value
        for name, value in values.items()
        if pool.attributes[name].mutable or current.get(name) != value
    }
    check_write(pool, client, changes.keys() - _FLAGS)
    return attributes.check_update(pool, current, changes).attributes
