"""Registering a passkey: StartWebAuthnRegistration and CompleteWebAuthnRegistration.

Source: Amazon Cognito API reference of both operations; W3C Web Authentication Level 3, section
7.1.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from poolhouse.auth import passkey_signatures, relying_party
from poolhouse.domain.records import AppClient, User, UserPool
from poolhouse.errors import (
    LimitExceededException,
    ServiceError,
    WebAuthnChallengeNotFoundException,
    WebAuthnClientMismatchException,
    WebAuthnConfigurationMissingException,
    WebAuthnCredentialNotSupportedException,
    WebAuthnNotEnabledException,
)
from poolhouse.house import House
from poolhouse.store import auth_sessions, passkeys
from poolhouse.store.auth_sessions import AuthSession
from poolhouse.store.database import Transaction
from poolhouse.store.passkeys import Passkey
from poolhouse.store.sealing import token_hash

_STEP = "WEB_AUTHN_REGISTRATION"
_CHALLENGE_BYTES = 32
_TIMEOUT_MS = 60_000
# ES256 and RS256, as the options of the service offer them.
_ALGORITHMS = (-7, -257)

# ``passkey-sentences``
NOT_ENABLED = "WebAuthn is not enabled for this user pool."
NOT_CONFIGURED = "The user pool has neither a relying party ID nor a domain."
NO_CHALLENGE = "The challenge of the credential was not found or has expired."
OTHER_CLIENT = "The credential was requested through another app client."
TOO_MANY = f"A user can have at most {passkey_signatures.MOST_PASSKEYS} passkeys."
TAKEN = "The credential is registered already."


async def start(house: House, pool: UserPool, client: AppClient, user: User) -> dict[str, Any]:
    """``CredentialCreationOptions`` for ``navigator.credentials.create``.

    Raises :class:`WebAuthnNotEnabledException`, :class:`WebAuthnConfigurationMissingException` and
    :class:`LimitExceededException`.
    """
    party = await _relying_party(house, pool)
    present = await passkeys.of_user(house.db, pool.id, user.sub)
    if len(present) >= passkey_signatures.MOST_PASSKEYS:
        raise LimitExceededException(TOO_MANY)
    challenge = house.ids.token(_CHALLENGE_BYTES)
    pending = AuthSession(
        pool_id=pool.id,
        session_hash=token_hash(challenge),
        client_id=client.id,
        sub=user.sub,
        challenge=_STEP,
        state={},
        used=False,
        expires_ms=house.clock.now_ms() + client.auth_session_seconds * 1000,
    )
    await house.db.write(auth_sessions.insert, pending)
    verification = relying_party.configuration(pool).get("UserVerification", "preferred")
    return {
        "rp": {"id": party, "name": party},
        "user": {
            "id": base64.urlsafe_b64encode(user.sub.encode()).rstrip(b"=").decode(),
            "name": user.username,
            "displayName": user.username,
        },
        "challenge": challenge,
        "pubKeyCredParams": [{"type": "public-key", "alg": each} for each in _ALGORITHMS],
        "timeout": _TIMEOUT_MS,
        "excludeCredentials": passkey_signatures.descriptors(present),
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": verification,
        },
    }


async def complete(
    house: House, pool: UserPool, client: AppClient, user: User, credential: Mapping[str, Any]
) -> None:
    """Keep the passkey of a ``RegistrationResponseJSON``.

    Raises the ``WebAuthn`` exceptions, :class:`LimitExceededException` and
    :class:`InvalidParameterException`. A challenge is good for one passkey.
    """
    party = await _relying_party(house, pool)
    parsed, challenge = passkey_signatures.read_registration(credential)
    pending = await auth_sessions.find(house.db, pool.id, token_hash(challenge))
    if (
        pending is None
        or pending.challenge != _STEP
        or pending.sub != user.sub
        or pending.used
        or pending.expires_ms <= house.clock.now_ms()
    ):
        raise WebAuthnChallengeNotFoundException(NO_CHALLENGE)
    if pending.client_id != client.id:
        raise WebAuthnClientMismatchException(OTHER_CLIENT)
    made = passkey_signatures.judge_registration(
        house,
        parsed,
        challenge,
        party,
        user_verification=relying_party.needs_user_verification(pool),
    )
    attachment = credential.get("authenticatorAttachment")
    passkey = Passkey(
        pool_id=pool.id,
        id=made.id,
        sub=user.sub,
        relying_party_id=party,
        public_key=made.public_key,
        sign_count=made.sign_count,
        created_ms=house.clock.now_ms(),
        name=_friendly_name(attachment),
        attachment=attachment if attachment in _NAMES else None,
        transports=tuple(each.value for each in parsed.response.transports or ()),
    )
    refusal = await house.db.write(_store, pending, passkey)
    if refusal is not None:
        raise refusal


async def _store(
    transaction: Transaction, pending: AuthSession, passkey: Passkey
) -> ServiceError | None:
    if not await auth_sessions.consume(transaction, pending):
        return WebAuthnChallengeNotFoundException(NO_CHALLENGE)
    present = await passkeys.of_user(transaction, passkey.pool_id, passkey.sub)
    if len(present) >= passkey_signatures.MOST_PASSKEYS:
        return LimitExceededException(TOO_MANY)
    if not await passkeys.insert(transaction, passkey):
        return WebAuthnCredentialNotSupportedException(TAKEN)
    return None


async def _relying_party(house: House, pool: UserPool) -> str:
    if "WEB_AUTHN" not in pool.settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]:
        raise WebAuthnNotEnabledException(NOT_ENABLED)
    party = await relying_party.relying_party_id(house, pool)
    if party is None:
        raise WebAuthnConfigurationMissingException(NOT_CONFIGURED)
    return party


# ``passkey-name``
_NAMES = {"cross-platform": "Roaming passkey", "platform": "Platform passkey"}


def _friendly_name(attachment: Any) -> str:
    return _NAMES.get(attachment, "Passkey")
