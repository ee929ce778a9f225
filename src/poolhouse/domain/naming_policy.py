"""The naming policy: what functions may put into tokens, by name, and who answers for it.

One document per pool, written as YAML by the people who govern names: prefixes of company and
teams, and an entry for each claim and scope with owner, meaning, type and length, whether it is
personal data, and which token may carry it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast, get_args

import regex

from poolhouse.domain.policy_documents import Problem, Reader

Action = Literal["warn", "drop", "fail"]
ValueType = Literal["string", "number", "boolean", "array", "object"]
Token = Literal["id", "access"]

_LONGEST_PATTERN: Final = 200


@dataclass(frozen=True, slots=True)
class Prefix:
    """Names that begin so belong to ``owner``; with ``open`` they need no entry of their own."""

    prefix: str
    owner: str
    description: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One claim or scope, or all that a trailing ``*`` of ``name`` stands for.

    Lengths: ``max_length`` counts characters of a string, or items of an array; ``max_bytes`` the
    value as encoded in a token. None is no limit.
    """

    name: str
    owner: str
    description: str
    type: ValueType | None = None
    values: tuple[Any, ...] | None = None
    pattern: str | None = None
    max_length: int | None = None
    max_bytes: int | None = None
    tokens: frozenset[Token] = frozenset({"id", "access"})
    personal_data: bool = False

    def covers(self, name: str) -> bool:
        if self.name.endswith("*"):
            return name.startswith(self.name[:-1])
        return name == self.name


@dataclass(frozen=True, slots=True)
class NamingPolicy:
    """``action`` is what issuance does with a violation; ``strict`` refuses unlisted names."""

    action: Action = "warn"
    strict: bool = True
    prefixes: tuple[Prefix, ...] = ()
    claims: tuple[Entry, ...] = ()
    scopes: tuple[Entry, ...] = ()

    def claim(self, name: str) -> Entry | None:
        return _best(self.claims, name)

    def scope(self, name: str) -> Entry | None:
        return _best(self.scopes, name)

    def prefix(self, name: str) -> Prefix | None:
        """The longest prefix that ``name`` begins with."""
        found = [each for each in self.prefixes if name.startswith(each.prefix)]
        return max(found, key=lambda each: len(each.prefix), default=None)


def read(document: Mapping[str, Any]) -> NamingPolicy:
    """The document as a value. Raises :class:`~poolhouse.errors.InvalidParameterException` that
    names the first thing that is wrong, and where.
    """
    reader = Reader("naming_policy", document)
    reader.only("at_issuance", "unlisted", "prefixes", "claims", "scopes")
    prefixes = tuple(_prefix(name, each) for name, each in reader.named("prefixes").items())
    policy = NamingPolicy(
        action=cast("Action", reader.one_of("at_issuance", get_args(Action), "warn")),
        strict=reader.one_of("unlisted", ("refuse", "allow"), "refuse") == "refuse",
        prefixes=prefixes,
        claims=tuple(
            _entry(name, each, of_claim=True) for name, each in reader.named("claims").items()
        ),
        scopes=tuple(
            _entry(name, each, of_claim=False) for name, each in reader.named("scopes").items()
        ),
    )
    _check_owners(policy)
    return policy


def _prefix(name: str, reader: Reader) -> Prefix:
    reader.only("owner", "description", "open")
    return Prefix(
        name, reader.text("owner"), reader.text("description", ""), reader.flag("open", False)
    )


def _entry(name: str, reader: Reader, *, of_claim: bool) -> Entry:
    shared = ("owner", "description", "max_length", "pattern", "personal_data")
    reader.only(*shared, *(("type", "values", "max_bytes", "tokens") if of_claim else ()))
    pattern = reader.text("pattern", "") or None
    if pattern is not None:
        _check_pattern(reader, pattern)
    kind = reader.one_of("type", get_args(ValueType), "") if of_claim else "string"
    tokens = reader.strings("tokens", ("id", "access")) if of_claim else ("access",)
    for token in tokens:
        if token not in get_args(Token):
            raise reader.problem("tokens", "may hold id and access")
    return Entry(
        name=name,
        owner=reader.text("owner", ""),
        description=reader.text("description"),
        type=cast("ValueType", kind) if kind else None,
        values=reader.items("values") if of_claim else None,
        pattern=pattern,
        max_length=reader.positive("max_length"),
        max_bytes=reader.positive("max_bytes") if of_claim else None,
        tokens=cast("frozenset[Token]", frozenset(tokens)),
        personal_data=reader.flag("personal_data", False),
    )


def _check_pattern(reader: Reader, pattern: str) -> None:
    if len(pattern) > _LONGEST_PATTERN:
        raise reader.problem("pattern", f"may have {_LONGEST_PATTERN} characters")
    try:
        regex.compile(pattern)
    except regex.error as error:
        raise reader.problem("pattern", f"cannot be read: {error}") from error


def _check_owners(policy: NamingPolicy) -> None:
    """Somebody answers for every name: the entry itself, or the prefix it stands under."""
    for kind, entries in (("claims", policy.claims), ("scopes", policy.scopes)):
        for entry in entries:
            if not entry.owner and policy.prefix(entry.name) is None:
                raise Problem(f"naming_policy.{kind}.{entry.name} has no owner, and no prefix has.")


def _best(entries: tuple[Entry, ...], name: str) -> Entry | None:
    """The entry that covers ``name``; the longest one where several do."""
    found = [each for each in entries if each.covers(name)]
    return max(found, key=lambda each: len(each.name), default=None)
