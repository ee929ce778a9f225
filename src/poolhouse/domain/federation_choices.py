"""Rules of sign-in through other providers that could be otherwise, with how well each is known.

The same kind of table as :mod:`poolhouse.domain.choices`. Code that follows a row names it in
backquotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from poolhouse.domain.choices import Choice

FEDERATION_CHOICES: Final[Mapping[str, Choice]] = MappingProxyType(
    {
        "provider-before-cookie": Choice(
            "ours",
            "An app that names a provider sends the person there, whoever is signed in; with "
            "prompt=none the browser session answers, and nobody is sent anywhere.",
            "The documented order of work names the provider first; silence asks nobody.",
        ),
        "provider-not-offered": Choice(
            "ours",
            "A provider that is unknown, or not the app client's, is invalid_request with a "
            "sentence of the pages.",
            "Nothing is documented; the sentence was seen on pages.",
        ),
        "provider-failures": Choice(
            "ours",
            "What is wrong with an ID token, discovery document or userInfo is told in few words; "
            "'Bad id_token issuer' and 'username attribute mapping required' are observed.",
            "Timeouts and refused token requests alone are documented.",
        ),
        "late-answer": Choice(
            "ours",
            "An answer that is too late, used, forged or another browser's ends on the error page.",
            "Whose request it was is not certain then, so no app hears of it.",
        ),
        "wishes-passed-on": Choice(
            "ours",
            "max_age goes to OIDC providers, lang to none.",
            "Without max_age the provider could answer from a sign-in of long ago; lang is "
            "documented for our pages only.",
        ),
        "federated-factors": Choice(
            "ours",
            "Whoever comes from a provider is asked for no second factor, and not weighed.",
            "Documented: MFA and threat protection are for local users.",
        ),
        "federated-names": Choice(
            "ours",
            "Where addresses are usernames, a federated user's address is no name, and may be a "
            "local user's as well.",
            "Documented: both profiles exist beside each other until they are linked.",
        ),
        "inbound-names": Choice(
            "ours",
            "An inbound federation function answers claims by the provider's names, which are "
            "mapped, and attributes by the pool's, which are taken as they are.",
            "The documented sample has both.",
        ),
        "claim-texts": Choice(
            "ours",
            "Several values become [a,b], each URL-encoded; objects become JSON; true and false "
            "are words.",
            "Documented: a comma-separated, URL-form-encoded string. The brackets were observed.",
        ),
        "immutable-unchanged": Choice(
            "ours",
            "A mapped attribute that is immutable stops a sign-in only when its value changed.",
            "Documented: it cannot be mapped usefully. An unchanged value changes nothing.",
        ),
        "provider-subjects": Choice(
            "ours",
            "Of a provider's tokens an ID token for our client id can be exchanged, by an app "
            "client that has the provider, for a user who is there already; the scopes are the "
            "app client's.",
            "Documented is the name of the provider only. A nonce cannot be compared: the token "
            "is of no attempt of ours.",
        ),
        "saml-sign-in": Choice(
            "ours",
            "SAML providers can be configured and linked, but sign nobody in.",
            "See the decision about SAML.",
        ),
    }
)
"""Rule name to choice."""
