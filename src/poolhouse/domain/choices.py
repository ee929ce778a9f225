"""Every rule that could be otherwise, with how well it is known. One row, one place to revisit.

``documented``: AWS says so. ``observed``: seen in public reports or in clients of the real
service. ``ours``: not established; the row says why we chose it. Reports (``Change.rule``) and the
vectors of ``tests/vectors`` name rows of this table, so a difference from the real service leads
here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Mark = Literal["documented", "observed", "ours"]


class Choice(NamedTuple):
    """``says`` is the rule in one sentence, ``why`` the reason or the place it comes from."""

    mark: Mark
    says: str
    why: str


_GUIDE: Final = "developer guide, Pre token generation Lambda trigger"

_POLICY: Final = "AWS leaves names to their users; the policy is the pool owner's."

_CUSTOMIZATION: Final[dict[str, Choice]] = {
    "claim-set": Choice("documented", "A claim is added, or its value replaced.", _GUIDE),
    "claim-suppressed": Choice("documented", "A claim is left out of the token.", _GUIDE),
    "claim-absent": Choice(
        "documented", "Suppressing a claim that is not in the token has no effect.", _GUIDE
    ),
    "suppression-wins": Choice(
        "documented", "A claim that is both set and suppressed is suppressed.", _GUIDE
    ),
    "protected-claim": Choice(
        "ours",
        "Setting or suppressing a protected claim is ignored without an error.",
        "The guide lists the claims and no error; ignoring keeps sign-in working.",
    ),
    "reserved-prefix": Choice(
        "documented", "Names that begin with cognito: are reserved and ignored.", _GUIDE
    ),
    "developer-only-claim": Choice(
        "documented", "dev: attributes can be suppressed, never set.", _GUIDE
    ),
    "unreachable-token": Choice(
        "documented", "Version 1 answers reach the access token through groups only.", _GUIDE
    ),
    "token-not-issued": Choice(
        "documented", "Wishes for a token that is not issued are ignored.", _GUIDE
    ),
    "null-claim": Choice(
        "ours", "A claim set to null is ignored.", "The guide allows no null; no error is known."
    ),
    "empty-name": Choice(
        "ours", "A claim without a name is ignored.", "Such a claim could not be read by anyone."
    ),
    "simple-value": Choice(
        "documented", "Version 2 and 3 claims are strings, numbers or booleans.", _GUIDE
    ),
    "nested-value": Choice(
        "documented", "Version 2 and 3 claims may be arrays and objects of any depth.", _GUIDE
    ),
    "number-kept": Choice(
        "documented", "Numbers keep their JSON type and precision.", f"{_GUIDE}, sample event"
    ),
    "array-of-objects": Choice(
        "ours", "Arrays may hold objects, arrays and nulls.", "Nothing is gained by refusing them."
    ),
    "any-name": Choice(
        "observed",
        "Claim names are case-sensitive and may hold any characters (URLs, dots, colons).",
        "Session-tag claims such as https://aws.amazon.com/tags are in use.",
    ),
    "value-as-text": Choice(
        "ours",
        "Version 1 turns numbers and booleans into their JSON text.",
        "Only strings are documented; typed event readers convert scalars.",
    ),
    "complex-value": Choice(
        "observed",
        "An array or object as a version 1 claim fails the sign-in.",
        "Reported as Unrecognizable lambda output.",
    ),
    "typed-claim": Choice(
        "ours",
        "The ID token's *_verified claims stay boolean, updated_at a number, address an object.",
        "Clients rely on their OpenID Connect types.",
    ),
    "typed-claim-complex": Choice(
        "ours",
        "A complex or unreadable value for a typed ID token claim fails the sign-in.",
        "The guide says they cannot be given; failing closed hides nothing.",
    ),
    "access-audience": Choice(
        "documented", "aud may enter the access token with the app client id as value.", _GUIDE
    ),
    "foreign-audience": Choice(
        "ours",
        "Any other aud in an access token fails the sign-in.",
        "Fail closed: a token for a foreign audience is worse than none.",
    ),
    "bound-audience": Choice(
        "ours",
        "The aud of a resource-bound access token stays; wishes about it are ignored.",
        "The client asked for that resource (RFC 8707); the function did not.",
    ),
    "scope-added": Choice(
        "documented", "Any scope may be added, declared or not, after the granted ones.", _GUIDE
    ),
    "scope-suppressed": Choice("documented", "A suppressed scope is removed.", _GUIDE),
    "scope-present": Choice(
        "documented", "Adding a scope that the token has changes nothing.", _GUIDE
    ),
    "scope-absent": Choice(
        "documented", "Suppressing a scope that the token lacks has no effect.", _GUIDE
    ),
    "scope-suppression-wins": Choice(
        "ours", "A scope both added and suppressed is suppressed.", "By analogy with claims."
    ),
    "scope-blank": Choice(
        "ours",
        "A scope with a blank in it fails the sign-in.",
        "Blanks are documented as refused; one value could otherwise smuggle in several scopes.",
    ),
    "scope-empty": Choice("ours", "An empty scope is ignored.", "It could not be seen anyway."),
    "self-service-scope": Choice(
        "ours",
        "aws.cognito.signin.user.admin can be suppressed but not added.",
        "Suppression is documented; adding would give the bearer the user's own operations.",
    ),
    "no-scope-left": Choice(
        "ours", "A token without scopes has no scope claim.", "An empty scope is not valid OAuth."
    ),
    "groups-replaced": Choice(
        "documented", "groupOverrideDetails replaces the whole group configuration.", _GUIDE
    ),
    "groups-null": Choice(
        "documented", "A null or empty groupOverrideDetails removes the groups.", _GUIDE
    ),
    "groups-absent": Choice(
        "observed",
        "Without groupOverrideDetails the groups stay.",
        "Published functions rely on it.",
    ),
    "groups-partial": Choice(
        "ours",
        "A member left out of groupOverrideDetails counts as empty.",
        "The object replaces the configuration as a whole.",
    ),
    "groups-verbatim": Choice(
        "ours",
        "Group and role names are taken as given, in order, known to the pool or not.",
        "They need not exist; nothing says that they are edited.",
    ),
    "groups-suppressed": Choice(
        "documented",
        "Suppressing cognito:groups removes groups, roles and preferred role of that token.",
        _GUIDE,
    ),
    "strict-customization": Choice(
        "ours",
        "In strict mode an ignored wish fails the sign-in with InvalidLambdaResponseException.",
        "Cognito has no such mode; this error means that an answer cannot be used.",
    ),
    "policy-prefix": Choice(
        "ours",
        "A name that no prefix of the pool's naming policy fits goes against it.",
        _POLICY,
    ),
    "policy-unlisted": Choice(
        "ours",
        "A name whose prefix's owner has not listed it goes against the policy.",
        _POLICY,
    ),
    "policy-token": Choice(
        "ours", "A claim in a token that its entry does not name goes against the policy.", _POLICY
    ),
    "policy-type": Choice(
        "ours", "A claim of another type than its entry says goes against the policy.", _POLICY
    ),
    "policy-value": Choice(
        "ours", "A value outside an entry's list or pattern goes against the policy.", _POLICY
    ),
    "policy-length": Choice(
        "ours", "A value longer than its entry allows goes against the policy.", _POLICY
    ),
    "policy-fail": Choice(
        "ours",
        "A naming policy that says fail ends an issuance in InvalidLambdaResponseException.",
        "Every operation that issues tokens knows this error; drop and warn keep sign-ins working.",
    ),
    "size-budget": Choice(
        "ours",
        "Tokens over a budget that says fail end in InvalidLambdaResponseException.",
        "Cognito has no such limit; every operation that issues tokens knows this error.",
    ),
    "quota": Choice(
        "ours",
        "More claims and scopes than the quota fail the sign-in; each group claim counts as one.",
        "The quota is documented (5,000), its error and way of counting are not.",
    ),
}

_ANSWERS: Final[dict[str, Choice]] = {
    "whole-event": Choice(
        "observed",
        "The answer must be the whole event, its common fields with the types they had.",
        "Reported as Unrecognizable lambda output.",
    ),
    "values-not-compared": Choice(
        "ours", "Common fields may come back with other values.", "Only types are known to matter."
    ),
    "no-customization": Choice(
        "documented", "An event returned as it came changes nothing.", _GUIDE
    ),
    "empty-list": Choice(
        "ours", "[] in place of an object counts as null.", "AWS's own samples show it."
    ),
    "unknown-member": Choice(
        "ours", "Unknown members of the response are ignored.", "Events and answers grow over time."
    ),
    "other-version": Choice(
        "ours",
        "An answer in another event version's shape has no effect.",
        "It is an unknown member of this version.",
    ),
    "wrong-type": Choice(
        "observed",
        "A known member of the wrong JSON type fails the sign-in.",
        "The general rule is reported; each member is not.",
    ),
    "invalid-json": Choice(
        "ours", "An answer that is not JSON fails the sign-in.", "The message text is ours."
    ),
    "deep-nesting": Choice(
        "ours",
        "An answer nested deeper than 200 levels counts as not JSON.",
        "Deeper values cannot be written back into a token safely.",
    ),
}

_DEFAULTS: Final[dict[str, Choice]] = {
    "default-groups": Choice(
        "documented", "Both tokens list the user's groups; the ID token also roles.", _GUIDE
    ),
    "group-order": Choice(
        "ours", "Groups by precedence, then by name.", "Stable, and strongest first."
    ),
    "roleless-groups": Choice(
        "ours",
        "Groups without a role do not decide the preferred role; each role is listed once.",
        "A group that offers no role cannot prefer one.",
    ),
    "id-token-event-id": Choice(
        "ours",
        "The ID token has an event_id, and functions cannot touch it.",
        "Optional in the guide's lists; one sign-in, one event.",
    ),
    "machine-event-id": Choice(
        "ours", "Machine tokens have no event_id.", "No sign-in, no event to name."
    ),
    "refreshed-event-id": Choice(
        "ours", "Refreshed tokens keep the sign-in's event_id.", "They belong to that event."
    ),
    "nonce": Choice(
        "ours", "nonce is in OAuth sign-ins' ID tokens, not in refreshed ones.", "OIDC Core 12.2."
    ),
    "token-version": Choice(
        "observed", "version 2 is in tokens of OAuth endpoints and of machines.", "Seen in tokens."
    ),
    "acr-amr": Choice(
        "ours", "acr and amr are given only when a level was asked for.", "Unasked is unknown."
    ),
    "read-attributes-default": Choice(
        "ours",
        "An app client without ReadAttributes reads standard and custom attributes.",
        "The API reference and the CDK documentation differ; the latter fits samples.",
    ),
    "openid-alone": Choice(
        "documented",
        "openid without email, phone and profile releases every readable attribute.",
        "developer guide, Scopes, M2M, and resource servers",
    ),
    "profile-scope": Choice(
        "ours",
        "profile releases OIDC's profile claims, address and custom attributes.",
        "Two pages differ; this keeps e-mail and telephone behind their own scopes.",
    ),
    "address-object": Choice(
        "ours", "address is an object with formatted.", "OIDC Core 5.1.1 asks for an object."
    ),
    "unreadable-number": Choice(
        "ours", "A stored updated_at that is no number stays a string.", "Nothing is lost."
    ),
    "identities-text": Choice(
        "documented",
        "Values inside identities are strings.",
        "developer guide, Understanding the ID token",
    ),
    "exchange-trigger": Choice(
        "ours",
        "Token exchange calls V2_0 and V3_0 functions, V1_0 ones only for ID tokens.",
        "The operation lists the function errors; its trigger source is not documented.",
    ),
}

CHOICES: Final[Mapping[str, Choice]] = MappingProxyType({**_CUSTOMIZATION, **_ANSWERS, **_DEFAULTS})
"""Rule name to choice."""
