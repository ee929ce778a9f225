"""What a SAML provider says of itself: its entity id, where to send people, its certificates.

Source: OASIS, "Metadata for SAML 2.0", sections 2.3 to 2.4. Read with expat and without document
types: entities are how a small file becomes gigabytes, or reads other files of the machine.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from poolhouse.errors import InvalidParameterException

REDIRECT: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"

LARGEST_METADATA: Final = 1_000_000
"""Characters; those of federations, with thousands of providers, are not meant here."""

_METADATA: Final = "urn:oasis:names:tc:SAML:2.0:metadata "
_SIGNATURE: Final = "http://www.w3.org/2000/09/xmldsig# "


@dataclass(frozen=True, slots=True)
class SamlMetadata:
    """One provider. Bindings map to addresses; certificates are base64 of DER, for signatures.

    ``valid_until`` is the date as it is written, or None.
    """

    entity_id: str
    sign_in: Mapping[str, str]
    sign_out: Mapping[str, str]
    certificates: tuple[str, ...]
    valid_until: str | None = None
    wants_signed_requests: bool = False


def parse(text: str) -> SamlMetadata:
    """The first identity provider in a metadata document. Raises InvalidParameterException."""
    if len(text) > LARGEST_METADATA:
        raise _unusable("it is too large")
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise _unusable("it is not well-formed XML") from error
    return reader.result()


def _refuse_document_type(*_: object) -> None:
    raise _unusable("it has a document type")


def _unusable(reason: str) -> InvalidParameterException:
    return InvalidParameterException(f"SAML metadata cannot be used: {reason}.")


@dataclass(slots=True)
class _Reader:
    """Collects while the parser walks: only what stands inside of the first IDPSSODescriptor."""

    entity_id: str = ""
    valid_until: str | None = None
    sign_in: dict[str, str] = field(default_factory=dict)
    sign_out: dict[str, str] = field(default_factory=dict)
    certificates: list[str] = field(default_factory=list)
    wants_signed_requests: bool = False
    _inside: bool = False
    _done: bool = False
    _for_signing: bool = False
    _characters: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._done:
            return
        if name == f"{_METADATA}EntityDescriptor":
            self.entity_id = attributes.get("entityID", "")
            self.valid_until = attributes.get("validUntil", self.valid_until)
        elif name == f"{_METADATA}IDPSSODescriptor":
            self._inside = True
            self.wants_signed_requests = attributes.get("WantAuthnRequestsSigned") in ("true", "1")
        elif self._inside:
            self._start_inside(name, attributes)

    def _start_inside(self, name: str, attributes: dict[str, str]) -> None:
        location = attributes.get("Location", "")
        if name == f"{_METADATA}SingleSignOnService":
            self.sign_in.setdefault(attributes.get("Binding", ""), location)
        elif name == f"{_METADATA}SingleLogoutService":
            self.sign_out.setdefault(attributes.get("Binding", ""), location)
        elif name == f"{_METADATA}KeyDescriptor":
            self._for_signing = attributes.get("use", "signing") == "signing"
        elif name == f"{_SIGNATURE}X509Certificate" and self._for_signing:
            self._characters = []

    def text(self, characters: str) -> None:
        if self._characters is not None:
            self._characters.append(characters)

    def end(self, name: str) -> None:
        if name == f"{_SIGNATURE}X509Certificate" and self._characters is not None:
            self.certificates.append("".join("".join(self._characters).split()))
            self._characters = None
        elif name == f"{_METADATA}IDPSSODescriptor":
            self._inside, self._done = False, True

    def result(self) -> SamlMetadata:
        if not self.entity_id or not self._done:
            raise _unusable("it describes no identity provider")
        if not self.sign_in.keys() & {REDIRECT, POST}:
            raise _unusable("it has no single sign-on service")
        if not self.certificates:
            raise _unusable("it has no certificate for signatures")
        for certificate in self.certificates:
            try:
                base64.b64decode(certificate, validate=True)
            except ValueError as error:
                raise _unusable("a certificate is not base64") from error
        return SamlMetadata(
            entity_id=self.entity_id,
            sign_in=self.sign_in,
            sign_out=self.sign_out,
            certificates=tuple(self.certificates),
            valid_until=self.valid_until,
            wants_signed_requests=self.wants_signed_requests,
        )
