"""What authenticators send, read and judged with the WebAuthn library, in Cognito's exceptions.

Source: W3C Web Authentication Level 3, sections 7.1 and 7.2.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from poolhouse.domain.relying_parties import allows_origin
from poolhouse.errors import (
    InvalidParameterException,
    NotAuthorizedException,
    WebAuthnCredentialNotSupportedException,
    WebAuthnOriginNotAllowedException,
    WebAuthnRelyingPartyMismatchException,
)
from poolhouse.house import House
from poolhouse.store.passkeys import Passkey

if TYPE_CHECKING:
    from webauthn.helpers.structs import AuthenticationCredential, RegistrationCredential

MOST_PASSKEYS = 20

# ``passkey-sentences``
MALFORMED = "The credential is not a WebAuthn response in JSON."
WRONG_ORIGIN = "The origin of the credential is not allowed."
WRONG_RELYING_PARTY = "The credential is of another relying party."
NOT_SUPPORTED = "The credential is not supported."
NOT_ACCEPTED = "Incorrect username or password."


@dataclass(frozen=True, slots=True)
class Registered:
    """What is kept of a new passkey."""

    id: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that is good: the counter that came with it, and whether it knew its user."""

    sign_count: int
    user_verified: bool


def read_registration(credential: Any) -> tuple[RegistrationCredential, str]:
    """The credential and the challenge (base64url) it answers.

    Raises :class:`InvalidParameterException`.
    """
    from webauthn.helpers import bytes_to_base64url, parse_client_data_json
    from webauthn.helpers import parse_registration_credential_json as parse
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        parsed = parse(json.dumps(credential))
        client_data = parse_client_data_json(parsed.response.client_data_json)
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidParameterException(MALFORMED) from error
    return parsed, bytes_to_base64url(client_data.challenge)


def judge_registration(
    house: House,
    credential: RegistrationCredential,
    challenge: str,
    relying_party: str,
    *,
    user_verification: bool,
) -> Registered:
    """Raises the ``WebAuthn`` exceptions of CompleteWebAuthnRegistration."""
    from webauthn import verify_registration_response
    from webauthn.helpers import (
        base64url_to_bytes,
        bytes_to_base64url,
        parse_attestation_object,
        parse_client_data_json,
    )
    from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm
    from webauthn.helpers.exceptions import WebAuthnException

    origin = parse_client_data_json(credential.response.client_data_json).origin
    if not allows_origin(relying_party, origin, development=_development(house)):
        raise WebAuthnOriginNotAllowedException(WRONG_ORIGIN)
    try:
        seen = parse_attestation_object(credential.response.attestation_object).auth_data
        if seen.rp_id_hash != hashlib.sha256(relying_party.encode()).digest():
            raise WebAuthnRelyingPartyMismatchException(WRONG_RELYING_PARTY)
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=relying_party,
            expected_origin=origin,
            require_user_verification=user_verification,
            supported_pub_key_algs=[
                Algorithm.ECDSA_SHA_256,
                Algorithm.RSASSA_PKCS1_v1_5_SHA_256,
            ],
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise WebAuthnCredentialNotSupportedException(NOT_SUPPORTED, detail=str(error)) from error
    return Registered(
        bytes_to_base64url(verified.credential_id),
        verified.credential_public_key,
        verified.sign_count,
    )


def read_assertion(text: str) -> AuthenticationCredential:
    """Raises :class:`InvalidParameterException`."""
    from webauthn.helpers import parse_authentication_credential_json as parse
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        return parse(text)
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidParameterException(MALFORMED) from error


def judge_assertion(
    house: House,
    credential: AuthenticationCredential,
    challenge: str,
    passkey: Passkey,
    *,
    user_verification: bool,
) -> Signed:
    """Raises :class:`NotAuthorizedException`; the log says which rule was broken.

    A counter that did not grow is refused: two authenticators hold the key, one of them a copy.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes, parse_client_data_json
    from webauthn.helpers.exceptions import WebAuthnException

    relying_party = passkey.relying_party_id
    try:
        origin = parse_client_data_json(credential.response.client_data_json).origin
        if not allows_origin(relying_party, origin, development=_development(house)):
            raise NotAuthorizedException(NOT_ACCEPTED, detail=f"origin {origin!r}")
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=relying_party,
            expected_origin=origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=user_verification,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotAuthorizedException(NOT_ACCEPTED, detail=str(error)) from error
    return Signed(verified.new_sign_count, verified.user_verified)


def _development(house: House) -> bool:
    return house.settings.mode == "development"


def descriptors(passkeys: list[Passkey]) -> list[Mapping[str, Any]]:
    """``allowCredentials`` and ``excludeCredentials`` of options."""
    return [
        {"type": "public-key", "id": each.id, "transports": list(each.transports)}
        for each in passkeys
    ]
