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
    "provider-sentences": Choice(
        "ours",
        "Provider details are refused in our words, but for missing keys and social names.",
        "Two sentences are observed; details nobody knows are stored and echoed.",
    ),
    "provider-loopback": Choice(
        "ours",
        "Providers on this machine may be reached by http, at any port.",
        "The service wants https at its own ports; tests want a provider beside them.",
    ),
    "provider-username-claim": Choice(
        "observed",
        "The mapping always has the username's claim: sub, id or user_id; SAML has none.",
        "Terraform reports it as drift.",
    ),
    "provider-update": Choice(
        "ours",
        "An update keeps the members it leaves out, and Apple's private key, which is never shown.",
        "A described provider can then be sent back.",
    ),
    "identities-issuer": Choice(
        "ours",
        "The issuer in identities is the entity id of SAML providers, and null for others.",
        "The example tokens of the guide.",
    ),
    "disabled-local-user": Choice(
        "ours",
        "Disabling a local user's sign-in removes the password; the status is EXTERNAL_PROVIDER.",
        "Documented: the password cannot be used. A user cannot reset it in that status.",
    ),
    "primary-identity": Choice(
        "ours",
        "The identity a federated user was made by cannot be unlinked.",
        "Nobody could sign in as that user any more, and the username would stay taken.",
    ),
    "replica-records": Choice(
        "ours",
        "Replicas are records: INACTIVE once made, ACTIVE when told, and serve nobody.",
        "One database holds every region here.",
    ),
    "replica-key": Choice(
        "ours",
        "Replicas need the ESSENTIALS plan and a customer managed key.",
        "Documented for keys, by the errors of the operation for plans; the sentences are ours.",
    ),
    "category-members": Choice(
        "ours",
        "Operations the quota page does not name are placed in a category by meaning.",
        "The page names those with much traffic.",
    ),
    "throttled-token-endpoint": Choice(
        "ours",
        "A machine token above the rate is refused with 429 and temporarily_unavailable.",
        "The category is documented to count them, the answer is not.",
    ),
    "highest-rate": Choice(
        "ours",
        "The account's maximum is ten times the default rate.",
        "On AWS it is a number of each account's own.",
    ),
}

MANAGEMENT_CHOICES: Final[Mapping[str, Choice]] = MappingProxyType(_CHOICES)
