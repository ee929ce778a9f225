"""Holding a function's wishes, or claims that are already in a token, to the naming policy."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import regex

from poolhouse.domain.claims import TokenDraft
from poolhouse.domain.customization_report import Change
from poolhouse.domain.naming_policy import Entry, NamingPolicy, Token
from poolhouse.domain.protected_claims import PROTECTION
from poolhouse.domain.schema import STANDARD_NAMES
from poolhouse.domain.wishes import TokenWishes, Wishes

# A pattern of the owner's against a value of the function's: neither may hold up a sign-in.
_PATTERN_SECONDS: Final = 0.05


class Violation(NamedTuple):
    """One name that should not be, or should not be so. ``rule`` names a row of the choices."""

    token: Token
    kind: str
    name: str
    rule: str
    sentence: str


def judge(policy: NamingPolicy, wishes: Wishes) -> tuple[Violation, ...]:
    """What an answer asks for against the policy, each wish once, by its first fault."""
    return (
        *_claims(policy, "id", wishes, wishes.id_token.to_set),
        *_claims(policy, "access", wishes, wishes.access_token.to_set),
        *_scopes(policy, wishes.scopes_to_add),
    )


def without(wishes: Wishes, violations: Sequence[Violation]) -> Wishes:
    """The wishes that are left when the violating ones are dropped."""
    refused = {(each.token, each.kind, each.name) for each in violations}

    def kept(token: Token, wanted: TokenWishes) -> TokenWishes:
        to_set = {
            name: value
            for name, value in wanted.to_set.items()
            if (token, "claim", name) not in refused
        }
        return replace(wanted, to_set=to_set)

    return replace(
        wishes,
        id_token=kept("id", wishes.id_token),
        access_token=kept("access", wishes.access_token),
        scopes_to_add=tuple(
            scope for scope in wishes.scopes_to_add if ("access", "scope", scope) not in refused
        ),
    )


def as_changes(violations: Sequence[Violation], draft: TokenDraft) -> tuple[Change, ...]:
    """Dropped wishes as lines of the report."""
    present = {"id": draft.id_claims or {}, "access": draft.access_claims}
    return tuple(
        Change(
            each.token,
            "scope" if each.kind == "scope" else "claim",
            each.name,
            "override" if each.kind == "claim" and each.name in present[each.token] else "add",
            "ignored",
            each.rule,
        )
        for each in violations
    )


def _claims(
    policy: NamingPolicy, token: Token, wishes: Wishes, claims: Mapping[str, Any]
) -> Iterator[Violation]:
    protection = PROTECTION[token, wishes.version]
    for name, value in claims.items():
        if value is None or protection.against_setting(name) is not None:
            continue  # ignored anyway, and said so elsewhere
        fault = _claim_fault(policy, token, name, value)
        if fault is not None:
            yield Violation(token, "claim", name, *fault)


def _scopes(policy: NamingPolicy, scopes: Sequence[str]) -> Iterator[Violation]:
    for scope in scopes:
        entry = policy.scope(scope)
        fault = _unlisted(policy, scope) if entry is None else _text_fault(entry, scope)
        if fault is not None:
            yield Violation("access", "scope", scope, *fault)


def _claim_fault(
    policy: NamingPolicy, token: Token, name: str, value: Any
) -> tuple[str, str] | None:
    entry = policy.claim(name)
    if entry is None:
        # The claims of a profile have their names from OpenID Connect and from the pool's schema.
        ours = name in STANDARD_NAMES or name.startswith("custom:")
        return None if ours else _unlisted(policy, name)
    if token not in entry.tokens:
        return "policy-token", f"the {token} token may not carry it"
    if entry.type is not None and _type(value) != entry.type:
        return "policy-type", f"it is of type {_type(value)}, not {entry.type}"
    if entry.values is not None and value not in entry.values:
        return "policy-value", "its value is not one of those listed"
    size_bytes = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    if entry.max_bytes is not None and size_bytes > entry.max_bytes:
        return "policy-length", f"it takes {size_bytes} bytes, and {entry.max_bytes} are allowed"
    if isinstance(value, str):
        return _text_fault(entry, value)
    if isinstance(value, list) and entry.max_length is not None and len(value) > entry.max_length:
        return "policy-length", f"it has {len(value)} items, and {entry.max_length} are allowed"
    return None


def _unlisted(policy: NamingPolicy, name: str) -> tuple[str, str] | None:
    prefix = policy.prefix(name)
    if prefix is not None and prefix.open:
        return None
    if not policy.strict:
        return None
    if prefix is None:
        return "policy-prefix", "no prefix of the policy fits its name"
    return "policy-unlisted", f"{prefix.owner} has not listed it under {prefix.prefix}"


def _text_fault(entry: Entry, text: str) -> tuple[str, str] | None:
    if entry.max_length is not None and len(text) > entry.max_length:
        return (
            "policy-length",
            f"it has {len(text)} characters, and {entry.max_length} are allowed",
        )
    if entry.pattern is not None and not _matches(entry.pattern, text):
        return "policy-value", "its value does not fit the pattern"
    return None


def _matches(pattern: str, text: str) -> bool:
    try:
        return regex.fullmatch(pattern, text, timeout=_PATTERN_SECONDS) is not None
    except TimeoutError:
        return False


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int | float):
        return "number"
    return "array" if isinstance(value, list) else "object"
