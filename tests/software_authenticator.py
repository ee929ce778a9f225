"""An authenticator in software, and the browser in front of it: what passkeys are tested with.

It writes what W3C Web Authentication Level 3 sections 5.8.1 (client data), 6.1 (authenticator data)
and 6.5 (attestation "none") describe. Fields can be lied about, as an attacker would.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One key pair behind one browser page of ``origin``."""

    origin: str = "http://localhost:3000"
    attachment: str = "platform"
    verifies: bool = True
    counter: int = 0
    algorithm: int = -7
    id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def register(self, options: dict[str, Any], **lies: Any) -> dict[str, Any]:
        """``RegistrationResponseJSON`` for CredentialCreationOptions."""
        client_data = self._client_data("webauthn.create", options["challenge"], lies)
        numbers = self.key.public_key().public_numbers()
        cose = {
            1: 2,
            3: self.algorithm,
            -1: 1,
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._data(lies.get("rp_id", options["rp"]["id"]), _ATTESTED) + attested
        attestation = {"fmt": "none", "attStmt": {}, "authData": data}
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "authenticatorAttachment": self.attachment,
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64(client_data),
                "attestationObject": b64(cbor2.dumps(attestation)),
                "transports": ["internal"],
            },
        }

    def sign(self, options: str | dict[str, Any], **lies: Any) -> str:
        """``AuthenticationResponseJSON`` for CREDENTIAL_REQUEST_OPTIONS."""
        asked = json.loads(options) if isinstance(options, str) else options
        self.counter = lies.get("counter", self.counter + 1)
        client_data = self._client_data("webauthn.get", asked["challenge"], lies)
        data = self._data(lies.get("rp_id", asked["rpId"]))
        signed = data + hashlib.sha256(client_data).digest()
        return json.dumps(
            {
                "id": b64(self.id),
                "rawId": b64(self.id),
                "type": "public-key",
                "authenticatorAttachment": self.attachment,
                "clientExtensionResults": {},
                "response": {
                    "clientDataJSON": b64(client_data),
                    "authenticatorData": b64(data),
                    "signature": b64(self.key.sign(signed, ec.ECDSA(SHA256()))),
                    "userHandle": None,
                },
            }
        )

    def _client_data(self, kind: str, challenge: str, lies: dict[str, Any]) -> bytes:
        content = {
            "type": kind,
            "challenge": lies.get("challenge", challenge),
            "origin": lies.get("origin", self.origin),
            "crossOrigin": False,
        }
        return json.dumps(content, separators=(",", ":")).encode()

    def _data(self, rp_id: str, flags: int = 0) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        counter = self.counter.to_bytes(4, "big")
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + counter
