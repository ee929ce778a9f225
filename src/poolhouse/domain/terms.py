"""Terms documents: links to an app client's terms of use and privacy policy.

Source: the API reference of CreateTerms; Amazon Cognito developer guide, "Terms documents".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from poolhouse.errors import InvalidParameterException

DEFAULT_LANGUAGE: Final = "cognito:default"
TERMS_OF_USE: Final = "terms-of-use"
PRIVACY_POLICY: Final = "privacy-policy"

LANGUAGES: Final[Mapping[str, str]] = {
    "de": "cognito:german",
    "en": "cognito:english",
    "es": "cognito:spanish",
    "fr": "cognito:french",
    "id": "cognito:bahasa-indonesia",
    "it": "cognito:italian",
    "ja": "cognito:japanese",
    "ko": "cognito:korean",
    "nl": "cognito:dutch",
    "pt-BR": "cognito:portuguese-brazil",
    "zh-CN": "cognito:chinese-simplified",
    "zh-TW": "cognito:chinese-traditional",
}
"""The ``lang`` of a page to the name of its language here."""


@dataclass(frozen=True, slots=True)
class Terms:
    """One document of a client; ``name`` is ``terms-of-use`` or ``privacy-policy``."""

    pool_id: str
    id: str
    client_id: str
    name: str
    links: Mapping[str, str]
    created_ms: int
    modified_ms: int
    source: str = "LINK"
    enforcement: str = "NONE"

    def link(self, language: str) -> str:
        """Where the document is for a page in ``language`` (``en``, ``pt-BR``)."""
        name = LANGUAGES.get(language, DEFAULT_LANGUAGE)
        return self.links.get(name, self.links[DEFAULT_LANGUAGE])


def check_links(links: Mapping[str, str] | None) -> Mapping[str, str]:
    """The links of a request (``terms-default-link``). Raises InvalidParameterException."""
    if not links or DEFAULT_LANGUAGE not in links:
        raise InvalidParameterException(f"Links must contain a link for {DEFAULT_LANGUAGE}.")
    for language, link in links.items():
        # Pages show them as links: ``javascript:`` would run in the page that signs people in.
        if not _is_web_address(link):
            raise InvalidParameterException(f"The link for {language} is not a web address.")
    return links


def _is_web_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
