"""Whether tokens say what a case expects, wherever they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from poolhouse.domain import claims
from poolhouse.domain.protected_claims import Token
from poolhouse.vectors import subjects
from poolhouse.vectors.answering import fill
from poolhouse.vectors.cases import Case

_OF_THE_ISSUANCE: Final[Mapping[str, type]] = {
    "sub": str,
    "iss": str,
    "aud": str,
    "client_id": str,
    "jti": str,
    "origin_jti": str,
    "event_id": str,
    "exp": int,
    "iat": int,
    "auth_time": int,
    "at_hash": str,
    "nonce": str,
}
"""Claims whose values differ from one issuance to the next; only their types are expected."""

_MAY_BE_THERE: Final = frozenset({"at_hash", "nonce"})


def check(
    case: Case,
    id_claims: Mapping[str, Any] | None,
    access_claims: Mapping[str, Any],
    *,
    strict: bool = True,
) -> list[str]:
    """Differences between the claims of the tokens and what ``case`` expects; empty when none.

    With ``strict`` the tokens may hold nothing beyond the default claims and the expected ones;
    without it only what the case names is compared, for services with claims of their own.
    """
    if case.expect.error is not None:
        return [f"tokens were issued, expected {' '.join(case.expect.error)}"]
    default = claims.finish(subjects.draft(subjects.authentication(case)))
    client_id = access_claims.get("client_id")
    differences = list(
        _compare(case, "access", access_claims, default.access_claims, client_id, strict)
    )
    if id_claims is None and default.id_claims is None:
        return differences
    if id_claims is None:
        return [*differences, "no ID token was issued"]
    if default.id_claims is None:
        return [*differences, "an ID token was issued"]
    differences += _compare(case, "id", id_claims, default.id_claims, client_id, strict)
    return [*differences, *_disagreements(id_claims, access_claims)]


def check_error(case: Case, error_type: str, message: str) -> list[str]:
    """Differences between a refusal and what ``case`` expects; empty when none."""
    if case.expect.error is None:
        return [f"no tokens were issued but {error_type} {message}"]
    if case.expect.error != (error_type, message):
        return [f"{error_type} {message}, expected {' '.join(case.expect.error)}"]
    return []


def _compare(
    case: Case,
    token: Token,
    found: Mapping[str, Any],
    default: Mapping[str, Any],
    client_id: object,
    strict: bool,
) -> Iterator[str]:
    changes, absent = _expected(case, token, client_id)
    expected = {**default, **changes} if strict else changes
    for name, value in expected.items():
        if name in absent:
            continue
        if name not in found:
            yield f"{token}: {name} is absent, expected {value!r}"
        elif name in _OF_THE_ISSUANCE and name not in changes:
            yield from _compare_issuance(case, token, name, found[name])
        elif not same(found[name], value):
            yield f"{token}: {name} is {found[name]!r}, expected {value!r}"
    unexpected = found.keys() - expected.keys() - _MAY_BE_THERE if strict else frozenset()
    for name in sorted(unexpected | (absent & found.keys())):
        yield f"{token}: {name} is {found[name]!r}, expected to be absent"


def _expected(case: Case, token: Token, client_id: object) -> tuple[dict[str, Any], frozenset[str]]:
    """The claims that differ from the default, and those that must be absent."""
    changes: dict[str, Any] = fill(
        dict(case.expect.id if token == "id" else case.expect.access), str(client_id)
    )
    absent = case.expect.absent.get(token, frozenset())
    if token == "access" and case.expect.names_scope:
        if case.expect.scope is None:
            return changes, absent | {"scope"}
        changes["scope"] = case.expect.scope
    return changes, absent


def _compare_issuance(case: Case, token: Token, name: str, found: Any) -> Iterator[str]:
    if type(found) is not _OF_THE_ISSUANCE[name]:
        yield f"{token}: {name} is {found!r}, expected a value of another type"
    for wished in _wished(case.answer, name):
        if same(found, wished):
            yield f"{token}: {name} is what the function asked for: {found!r}"


def _disagreements(id_claims: Mapping[str, Any], access_claims: Mapping[str, Any]) -> Iterator[str]:
    for in_id, in_access in (("sub", "sub"), ("iss", "iss"), ("aud", "client_id")):
        if id_claims.get(in_id) != access_claims.get(in_access):
            yield f"{in_id} of the ID token is not {in_access} of the access token"


def _wished(answer: Any, name: str) -> Iterator[Any]:
    """Every value that an answer wishes for claim ``name``, in whatever token."""
    if isinstance(answer, Mapping):
        for member, value in answer.items():
            if member == "claimsToAddOrOverride" and isinstance(value, Mapping) and name in value:
                yield value[name]
            yield from _wished(value, name)


def same(one: Any, other: Any) -> bool:
    """JSON equality: unlike Python's, true is not 1, and 1 is not 1.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)
