from __future__ import annotations

import pytest

from poolhouse.domain import saml_metadata
from poolhouse.domain.saml_metadata import POST, REDIRECT
from poolhouse.errors import InvalidParameterException
from provider_world import CERTIFICATE, METADATA


def test_what_metadata_says() -> None:
    found = saml_metadata.parse(METADATA)
    assert found.entity_id == "https://idp.example.com/saml"
    assert found.sign_in == {
        REDIRECT: "https://idp.example.com/sso",
        POST: "https://idp.example.com/sso/post",
    }
    assert found.sign_out == {REDIRECT: "https://idp.example.com/slo"}
    assert found.certificates == (CERTIFICATE,)
    assert found.valid_until == "2030-01-01T00:00:00Z"
    assert found.wants_signed_requests


def test_the_first_provider_of_several_counts() -> None:
    one = METADATA.partition("?>")[2]
    other = one.replace("idp.example.com", "other.example.com")
    both = f'<m:EntitiesDescriptor xmlns:m="urn:x">{one}{other}</m:EntitiesDescriptor>'
    assert saml_metadata.parse(both).entity_id == "https://idp.example.com/saml"


ENTITIES = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not well-formed"),
        ("<a>", "not well-formed"),
        ("<a/>", "no identity provider"),
        (ENTITIES + "<d>&b;</d>", "document type"),
        ('<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>', "document type"),
        (METADATA.replace("IDPSSODescriptor", "SPSSODescriptor"), "no identity provider"),
        (METADATA.replace("SingleSignOnService", "OtherService"), "no single sign-on"),
        (METADATA.replace("X509Certificate", "Other"), "no certificate"),
        (METADATA.replace(CERTIFICATE, "not base64!"), "not base64"),
        (METADATA + " " * saml_metadata.LARGEST_METADATA, "too large"),
    ],
)
def test_what_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidParameterException, match=reason):
        saml_metadata.parse(text)
