"""The records of functions: what is registered, its published versions, its aliases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from poolhouse.domain.function_names import LATEST
from poolhouse.domain.function_policies import Statement

UNQUALIFIED = ""


@dataclass(frozen=True, slots=True)
class FunctionVersion:
    """One version: ``$LATEST``, which changes, or a published one, which does not.

    ``code_sha256`` is the hexadecimal digest of the package. ``settings`` holds what the API echoes
    and nobody here reads, under its wire names. ``published_from`` is set on published versions:
    the :func:`content_digest` that ``$LATEST`` had then.
    """

    version: str
    runtime: str
    handler: str
    role: str
    code_sha256: str
    code_size_bytes: int
    modified_ms: int
    revision_id: str
    timeout_seconds: int = 3
    memory_mib: int = 128
    description: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    published_from: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionAlias:
    """A name for one version, or for two: ``additional_weights`` maps the second to its share."""

    name: str
    version: str
    description: str
    revision_id: str
    additional_weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Function:
    """A whole function. ``revision`` changes with every change of any part of it.

    ``versions`` are the published ones in ascending order; ``permissions`` are the statements by
    the qualifier they were added to, :data:`UNQUALIFIED` for none. ``last_version`` is the highest
    number ever published: numbers are not used twice. ``reserved_concurrency`` None: not reserved.
    """

    region: str
    name: str
    revision: int
    latest: FunctionVersion
    versions: Mapping[str, FunctionVersion] = field(default_factory=dict)
    aliases: Mapping[str, FunctionAlias] = field(default_factory=dict)
    permissions: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    last_version: int = 0
    reserved_concurrency: int | None = None


def content_digest(version: FunctionVersion) -> str:
    """Changes when code or configuration do: what makes a new version worth its number."""
    values = asdict(version)
    for name in ("version", "modified_ms", "revision_id", "published_from"):
        del values[name]
    text = json.dumps(values, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def version_of(function: Function, qualifier: str | None) -> FunctionVersion | None:
    """The version that a version number or nothing names; None when there is none (or an alias)."""
    if qualifier is None or qualifier == LATEST:
        return function.latest
    return function.versions.get(qualifier)


def permissions_of(function: Function, qualifier: str | None) -> tuple[Statement, ...]:
    """The statements that guard an invocation by this qualifier.

    Ours: ``$LATEST`` is guarded like the unqualified name, since the service lets no statement be
    added to it.
    """
    key = UNQUALIFIED if qualifier is None or qualifier == LATEST else qualifier
    return function.permissions.get(key, ())
