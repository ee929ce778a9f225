"""Which relying party a pool's passkeys belong to.

Source: Amazon Cognito API reference, WebAuthnConfigurationType.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.domain import relying_parties
from poolhouse.domain.records import UserPool
from poolhouse.house import House
from poolhouse.store import domains


def configuration(pool: UserPool) -> Mapping[str, Any]:
    """The pool's ``WebAuthnConfiguration``, as far as it was set."""
    found: Mapping[str, Any] = pool.mfa.get("WebAuthnConfiguration", {})
    return found


def needs_user_verification(pool: UserPool) -> bool:
    """Whether only passkeys count that check a finger, a face or a PIN."""
    return configuration(pool).get("UserVerification") == "required"


def counts_as_multi_factor(pool: UserPool) -> bool:
    """Whether a passkey that verified its user satisfies MFA."""
    return configuration(pool).get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION"


async def relying_party_id(house: House, pool: UserPool) -> str | None:
    """The one that was set, else the custom domain, else the host of the prefix domain's pages
    (``prefix-relying-party``); None for a pool that has none of them.
    """
    given: str | None = configuration(pool).get("RelyingPartyId")
    return given or await default_relying_party_id(house, pool.id)


async def default_relying_party_id(house: House, pool_id: str) -> str | None:
    """The same for a pool that set none."""
    names = await domains.of_pool(house.db, pool_id)
    for domain in names:
        if domain.custom is not None:
            return domain.name
    return relying_parties.default_id(house.settings.base_url) if names else None
