"""The format of a case, and reading a directory of them.

A file is ``{"about", "derived_from", "subjects": {name: subject}, "cases": [case, ...]}``. A case:

``id`` (unique), ``rule`` (a row of :data:`poolhouse.domain.choices.CHOICES`), ``mark`` (of that
row), ``version`` (``V1_0``, ``V2_0``, ``V3_0``), ``source``, ``subject`` (a name of the file's),
``answer`` (:mod:`poolhouse.vectors.answering`), ``expect``, and optionally ``runs``: ``["pure"]``
for what only an in-process run can bring about.

``expect`` is either ``{"error": {"type", "message"}}`` or the differences from the tokens without a
function: ``id`` and ``access`` (claims and their values), ``absent`` (token to claim names) and
``scope`` (one string, null for no scope claim). What it does not name must be as it always is.
``"$client_id"`` stands for the app client's id, ``{"$strings": {"prefix", "count"}}`` for a list of
numbered strings, and a member ``"$members": {"prefix", "count"}`` for that many members, all true.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast, get_args

from poolhouse.domain.choices import Mark
from poolhouse.domain.records import EventVersion

Flow = Literal["api", "refresh", "oauth", "client_credentials"]
Run = Literal["pure", "server"]

_ANSWER_MEMBERS = frozenset({"response", "remove", "set", "returned", "payload"})
_EXPECT_MEMBERS = frozenset({"id", "access", "absent", "scope", "error"})


class BadVector(ValueError):
    """A file or case that does not have the format; the message names it."""


@dataclass(frozen=True, slots=True)
class SubjectGroup:
    """A group of the subject. ``role`` is an IAM role ARN; without precedence it is the weakest."""

    name: str
    role: str | None = None
    precedence: int | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Who signs in, and through what.

    ``flow``: ``api`` is a password sign-in by the user pool API, ``refresh`` its tokens renewed,
    ``oauth`` a code grant, ``client_credentials`` a machine (``username`` unused). ``scopes`` count
    for the latter two. ``read`` is the app client's ReadAttributes, None to leave them out.
    ``resource`` binds the access token of a code grant (RFC 8707).
    """

    flow: Flow
    username: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[SubjectGroup, ...] = ()
    scopes: tuple[str, ...] = ()
    read: frozenset[str] | None = None
    resource: str | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """Differences from the tokens without a function, or the ``error`` (type, message)."""

    id: Mapping[str, Any]
    access: Mapping[str, Any]
    absent: Mapping[str, frozenset[str]]
    scope: str | None = None
    names_scope: bool = False
    error: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case; ``answer`` is kept as data for :func:`poolhouse.vectors.answering.answer_to`."""

    id: str
    rule: str
    mark: Mark
    version: EventVersion
    source: str
    subject: Subject
    answer: Mapping[str, Any]
    expect: Expectation
    runs: frozenset[Run]


def load(directory: Path) -> list[Case]:
    """Every case of every ``*.json`` file in ``directory``, in the order of names and files.

    Raises :class:`BadVector`.
    """
    found = [case for file in sorted(directory.glob("*.json")) for case in _file(file)]
    seen: set[str] = set()
    for case in found:
        if case.id in seen:
            raise BadVector(f"two cases are called {case.id}")
        seen.add(case.id)
    return found


def _file(file: Path) -> Iterable[Case]:
    try:
        content = json.loads(file.read_text("utf-8"))
        subjects = {name: _subject(value) for name, value in content["subjects"].items()}
        cases = content["cases"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadVector(f"{file.name}: {error!r}") from error
    for case in cases:
        try:
            yield _case(dict(case), subjects)
        except (ValueError, KeyError, TypeError) as error:
            raise BadVector(f"{file.name}, {case.get('id')}: {error!r}") from error


def _case(case: dict[str, Any], subjects: Mapping[str, Subject]) -> Case:
    answer = case.pop("answer")
    if not answer.keys() <= _ANSWER_MEMBERS:
        raise BadVector(f"unknown members of answer: {sorted(answer)}")
    return Case(
        id=case.pop("id"),
        rule=case.pop("rule"),
        mark=cast(Mark, _one_of(Mark, case.pop("mark"))),
        version=cast(EventVersion, _one_of(EventVersion, case.pop("version"))),
        source=case.pop("source"),
        subject=subjects[case.pop("subject")],
        answer=answer,
        expect=_expectation(case.pop("expect")),
        runs=frozenset(case.pop("runs", get_args(Run))),
        **case,
    )


def _subject(subject: dict[str, Any]) -> Subject:
    groups = tuple(SubjectGroup(**group) for group in subject.pop("groups", ()))
    read = subject.pop("read", None)
    return Subject(
        flow=cast(Flow, _one_of(Flow, subject.pop("flow"))),
        groups=groups,
        scopes=tuple(subject.pop("scopes", ())),
        read=None if read is None else frozenset(read),
        **subject,
    )


def _expectation(expect: dict[str, Any]) -> Expectation:
    if not expect.keys() <= _EXPECT_MEMBERS:
        raise BadVector(f"unknown members of expect: {sorted(expect)}")
    error = expect.get("error")
    return Expectation(
        id=expect.get("id", {}),
        access=expect.get("access", {}),
        absent={token: frozenset(names) for token, names in expect.get("absent", {}).items()},
        scope=expect.get("scope"),
        names_scope="scope" in expect,
        error=None if error is None else (error["type"], error["message"]),
    )


def _one_of(kind: Any, value: str) -> str:
    if value not in get_args(kind):
        raise BadVector(f"{value} is none of {get_args(kind)}")
    return value
