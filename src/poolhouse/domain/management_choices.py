"""Choices about what administrators configure beside pools, with how well each is known.

The same kind of table as :mod:`poolhouse.domain.choices`. Code that follows a row names it in
backquotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from poolhouse.domain.choices import Choice

_CHOICES: Final[dict[str, Choice]] = {
    "classic-style": Choice(
        "ours",
        "CSS with another selector, an at-rule or an address elsewhere is refused in our words.",
        "The classes and at-rules are documented; addresses elsewhere would tell a stranger who "
        "signs in.",
    ),
    "classic-style-replaced": Choice(
        "observed",
        "SetUICustomization replaces both CSS and logo; with neither the style is gone.",
        "Terraform removes a style by setting nothing.",
    ),
    "classic-style-fallback": Choice(
        "documented",
        "A client without a style of its own shows the one of ALL, under that ClientId.",
        "API reference of GetUICustomization; the ClientId it shows is ours.",
    ),
    "branding-empty": Choice(
        "ours",
        "A managed style may be created with neither settings, assets nor provided values.",
        "The members are optional in the model; all defaults then apply.",
    ),
    "branding-unknown-settings": Choice(
        "ours",
        "Unknown categories and components are refused, unknown details below them kept.",
        "A misspelt component would do nothing in silence; details grow on the service's side.",
    ),
    "branding-provided-values": Choice(
        "ours",
        "UseCognitoProvidedValues in an update drops settings and assets; settings switch it off.",
        "The member is documented as a return to the defaults.",
    ),
    "branding-assets-merge": Choice(
        "ours",
        "An asset replaces the one of the same category, colour mode and resource id.",
        "Updates are documented to keep what they do not name.",
    ),
    "branding-default-assets": Choice(
        "ours",
        "Merged resources have the default settings and no default images.",
        "The service's pictures are its own.",
    ),
    "terms-default-link": Choice(
        "ours",
        "Terms need a link for cognito:default, and links are http or https addresses.",
        "Every language without a link of its own falls back to it.",
    ),
}

MANAGEMENT_CHOICES: Final[Mapping[str, Choice]] = MappingProxyType(_CHOICES)
