"""Rules of pools, app clients and users that could be otherwise, with how well each is known.

The same kind of table as :mod:`poolhouse.domain.choices`, for what is configured rather than for
what tokens say. Code that follows a row names it in backquotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from poolhouse.domain.choices import Choice

_POOLS: Final[dict[str, Choice]] = {
    "omitted-policies": Choice(
        "observed",
        "An update that leaves out Policies, or one of its two members, keeps it.",
        "Measured on the real service with controls (go-to-k/cdkd pull request 1982), against the "
        "API reference's general sentence.",
    ),
    "omitted-mfa": Choice(
        "observed",
        "An update that leaves out MfaConfiguration keeps it.",
        "Measured on the real service with controls (go-to-k/cdkd pull request 1965).",
    ),
    "omitted-registration": Choice(
        "documented", "An update that leaves out DcrConfiguration keeps it.", "API reference"
    ),
    "omitted-identity": Choice(
        "ours",
        "An update keeps name, plan, key and issuer configuration that it leaves out.",
        "The plan is documented as kept; the others would break every issued token or the name.",
    ),
    "partial-password-policy": Choice(
        "observed",
        "Members left out of a password policy are on, the length is 8.",
        "Reports of pools made with partial policies; the service model would allow either.",
    ),
    "old-validity-name": Choice(
        "observed",
        "UnusedAccountValidityDays always echoes the validity, and is refused when it differs.",
        "The refusal is reported; that both always agree lets an echoed pool be sent back.",
    ),
    "message-conflict": Choice(
        "ours",
        "Where the message template and its older mirror differ, the template counts.",
        "The older members are documented as no longer used.",
    ),
    "trigger-echo": Choice(
        "ours",
        "A versioned token trigger is echoed under the old name too, never the other way round.",
        "Clients that know only the old member then still see that there is a trigger.",
    ),
    "threat-protection-plan": Choice(
        "documented",
        "Threat protection without a plan in the request makes the pool PLUS.",
        "developer guide, User pool feature plans",
    ),
    "plan-sentence": Choice(
        "ours", "The refusal of a plan names the features, comma separated.", "Partly reported."
    ),
    "code-factors-and-mfa": Choice(
        "observed",
        "A pool that requires MFA has no sign-in by e-mail or SMS code alone.",
        "The sentence is reported (go-to-k/cdkd issue 1975).",
    ),
    "sms-region": Choice(
        "ours", "SMS leave from the pool's region unless it says otherwise.", "It is echoed."
    ),
    "invitation-placeholders": Choice(
        "ours",
        "Invitations need {username}; {####} too unless users may sign in by code.",
        "The sentence for {username} is reported, the other is built like it.",
    ),
    "custom-attribute-mutable": Choice(
        "ours",
        "A custom attribute is mutable unless it says otherwise.",
        "Emulators agree; the member is optional in the model.",
    ),
    "quota-sentences": Choice(
        "ours", "Too many tags or custom attributes have sentences of ours.", "Not documented."
    ),
}

_CLIENTS: Final[dict[str, Choice]] = {
    "empty-lists": Choice(
        "ours",
        "Empty lists of attributes, flows, scopes or URLs count as not given.",
        "Answers leave empty lists out, so an echoed client must mean the same.",
    ),
    "refresh-validity-unit": Choice(
        "ours",
        "The default refresh validity is written in the unit that the request names.",
        "30 of another unit would be refused when the client is sent back.",
    ),
    "legacy-flows": Choice(
        "ours",
        "Legacy flow names leave SRP, custom and refresh in force.",
        "Documented for SRP and refresh; custom sign-in predates the names.",
    ),
    "listed-flows": Choice(
        "ours",
        "Flows are exactly those listed; leaving out the refresh flow is allowed.",
        "Older reports know a refusal; rotation and machine clients need the absence today.",
    ),
    "rotation-replaces-refresh": Choice(
        "ours",
        "Rotation takes REFRESH_TOKEN_AUTH out of the default flows, and refuses it when listed.",
        "The conflict is documented; clients with rotation and default flows exist.",
    ),
    "rotation-omitted": Choice(
        "ours",
        "An update without RefreshTokenRotation turns it off, and shows it as DISABLED.",
        "Updates replace; the shown form is observed.",
    ),
    "client-token-flow": Choice(
        "documented",
        "ALLOW_CLIENT_TOKEN_AUTH stands alone and needs a secret.",
        "API reference of GetClientToken; the value is missing from the model.",
    ),
    "script-schemes": Choice(
        "ours",
        "Callback URLs with javascript:, data: and vbscript: are refused.",
        "A redirect to one runs a script in the pages' name.",
    ),
    "default-write-attributes": Choice(
        "documented",
        "An app client without WriteAttributes writes standard attributes, no custom ones.",
        "API reference of CreateUserPoolClient",
    ),
}

_USERS: Final[dict[str, Choice]] = {
    "unverified-flag": Choice(
        "ours",
        "A new contact is stored with its _verified flag, false unless given.",
        "Seen for sign-ups; assumed for administrators.",
    ),
    "email-format": Choice(
        "ours",
        "An e-mail address needs one @ and no blanks; its domain needs no dot.",
        "user@localhost is common in development.",
    ),
    "value-sentences": Choice(
        "ours", "Values of the wrong type or size have sentences of ours.", "Not documented."
    ),
    "missing-at-new-password": Choice(
        "observed",
        "A required attribute missing at NEW_PASSWORD_REQUIRED: Invalid attributes given.",
        "Reported by users of client libraries.",
    ),
    "permission-first": Choice(
        "ours",
        "Write permission is judged before the schema, for names that the schema knows.",
        "Unknown names are reported with the schema's sentence.",
    ),
    "contact-deleted": Choice(
        "ours",
        "Deleting a contact deletes its _verified flag.",
        "A flag about nothing would vouch for the next value.",
    ),
    "either-username-attribute": Choice(
        "ours",
        "Where both are username attributes, each of a user's two contacts signs in.",
        "The guide speaks of the one given at sign-up only.",
    ),
    "password-order": Choice(
        "ours",
        "Passwords are judged by length, lower case, upper case, number, symbol.",
        "Each sentence is documented, the order is not.",
    ),
    "temporary-password": Choice(
        "ours",
        "Generated passwords have 12 characters or the policy's minimum, without look-alikes.",
        "They are typed from a message.",
    ),
    "username-search": Choice(
        "ours",
        "ListUsers compares usernames as the pool does.",
        "Documented as case-sensitive, for pools that are.",
    ),
    "secret-hash-forms": Choice(
        "ours",
        "A secret hash may also be over the internal username or the sub.",
        "Clients differ after the first step of a sign-in.",
    ),
    "secret-hash-unasked": Choice(
        "ours", "A hash sent for a client without a secret is ignored.", "Nothing to check it by."
    ),
}

POOL_CHOICES: Final[Mapping[str, Choice]] = MappingProxyType({**_POOLS, **_CLIENTS, **_USERS})
"""Rule name to choice."""
