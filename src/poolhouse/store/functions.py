"""Functions: versions with their packages, aliases and permissions.

Every change goes through a write that gives the ``$LATEST`` row a new revision, so one look at
that row tells whether a record kept in memory still holds. Environment variables often carry
secrets, so they are sealed.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from sqlalchemy import bindparam, select

from poolhouse.domain.function_names import LATEST
from poolhouse.domain.function_policies import Statement as PolicyStatement
from poolhouse.domain.function_records import Function, FunctionAlias, FunctionVersion
from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import function_aliases, function_permissions, functions
from poolhouse.store.sealing import Sealer
from poolhouse.store.statements import Statement, delete_by, insert_into, select_by, update_by

_KEY = ("region", "name", "version")


def _of_function(*columns: Any, one_version: bool) -> Statement:
    clause = select(*columns).where(
        functions.c.region == bindparam("region"), functions.c.name == bindparam("name")
    )
    if one_version:
        clause = clause.where(functions.c.version == bindparam("version"))
    return Statement(clause)


_REVISION = _of_function(functions.c.revision, one_version=True)
_DOCUMENTS = _of_function(functions.c.version, functions.c.document, one_version=False)
_PACKAGE = _of_function(functions.c.package, one_version=True)
_INDEX = Statement(
    select(functions.c.name, functions.c.version).where(functions.c.region == bindparam("region"))
)
_ALL_DOCUMENTS = Statement(select(functions.c.document))
_INSERT = insert_into(functions)
_UPDATE = update_by(functions, _KEY, ("document", "revision", "modified_ms"))
_UPDATE_WITH_PACKAGE = update_by(
    functions, _KEY, ("document", "revision", "modified_ms", "package")
)
_PUBLISH = Statement(
    functions.insert().from_select(
        ["region", "name", "version", "document", "package", "revision", "modified_ms"],
        select(
            functions.c.region,
            functions.c.name,
            bindparam("new_version", type_=functions.c.version.type),
            bindparam("document", type_=functions.c.document.type),
            functions.c.package,
            bindparam("revision", type_=functions.c.revision.type),
            bindparam("modified_ms", type_=functions.c.modified_ms.type),
        ).where(
            functions.c.region == bindparam("key_region"),
            functions.c.name == bindparam("key_name"),
            functions.c.version == bindparam("key_version"),
        ),
    )
)
_DELETE_VERSION = delete_by(functions, *_KEY)
_DELETE = delete_by(functions, "region", "name")

_ALIASES = select_by(function_aliases, "region", "name")
_INSERT_ALIAS = insert_into(function_aliases)
_DELETE_ALIAS = delete_by(function_aliases, "region", "name", "alias")
_DELETE_ALIASES = delete_by(function_aliases, "region", "name")

_PERMISSIONS = select_by(function_permissions, "region", "name")
_INSERT_PERMISSION = insert_into(function_permissions)
_DELETE_PERMISSION = delete_by(function_permissions, "region", "name", "qualifier", "statement_id")
_DELETE_QUALIFIER = delete_by(function_permissions, "region", "name", "qualifier")
_DELETE_PERMISSIONS = delete_by(function_permissions, "region", "name")


async def revision(reader: Reader, region: str, name: str) -> int | None:
    """The revision of a function, None when there is none: cheap, asked before every invocation."""
    row = await reader.one(_REVISION, region=region, name=name, version=LATEST)
    return None if row is None else int(row[0])


async def get(reader: Reader, sealer: Sealer, region: str, name: str) -> Function | None:
    """A whole function without its packages; None when there is none."""
    # Read first: if another process changes the function meanwhile, what follows is newer than
    # this revision says, and is read again at the next look instead of being kept.
    known = await revision(reader, region, name)
    if known is None:
        return None
    documents = {
        version: orjson.loads(document)
        for version, document in await reader.all(_DOCUMENTS, region=region, name=name)
    }
    if LATEST not in documents:
        return None
    purpose = _purpose(region, name)
    read = {
        version: _version(document["version"], sealer, purpose)
        for version, document in documents.items()
    }
    latest = read.pop(LATEST)
    whole = documents[LATEST]
    return Function(
        region=region,
        name=name,
        revision=known,
        latest=latest,
        versions=dict(sorted(read.items(), key=lambda item: int(item[0]))),
        aliases=await _aliases(reader, region, name),
        permissions=await _permissions(reader, region, name),
        tags=whole["tags"],
        last_version=whole["last_version"],
        reserved_concurrency=whole["reserved_concurrency"],
    )


async def _aliases(reader: Reader, region: str, name: str) -> dict[str, FunctionAlias]:
    rows = await reader.all(_ALIASES, region=region, name=name)
    found = [FunctionAlias(**orjson.loads(row[3])) for row in rows]
    return {alias.name: alias for alias in sorted(found, key=lambda alias: alias.name)}


async def _permissions(
    reader: Reader, region: str, name: str
) -> dict[str, tuple[PolicyStatement, ...]]:
    found: dict[str, tuple[PolicyStatement, ...]] = {}
    for _, _, qualifier, _, document in await reader.all(_PERMISSIONS, region=region, name=name):
        found[qualifier] = (*found.get(qualifier, ()), orjson.loads(document))
    return found


async def index(reader: Reader, region: str) -> list[tuple[str, str]]:
    """Name and version of everything in a region, by name and then number, ``$LATEST`` first."""
    rows = await reader.all(_INDEX, region=region)
    return sorted(
        ((name, version) for name, version in rows),
        key=lambda row: (row[0], 0 if row[1] == LATEST else int(row[1])),
    )


async def package(reader: Reader, region: str, name: str, version: str) -> bytes | None:
    """The package of one version, as it was uploaded."""
    row = await reader.one(_PACKAGE, region=region, name=name, version=version)
    return None if row is None else row[0]


async def used_packages(reader: Reader) -> set[str]:
    """The digests (hexadecimal SHA-256) of all packages that any version still has."""
    rows = await reader.all(_ALL_DOCUMENTS)
    return {orjson.loads(document)["version"]["code_sha256"] for (document,) in rows}


async def insert(
    transaction: Transaction, sealer: Sealer, function: Function, uploaded: bytes
) -> None:
    """Add a new function, whose package is ``uploaded``."""
    await transaction.run(
        _INSERT,
        region=function.region,
        name=function.name,
        version=LATEST,
        document=_document(function, sealer),
        package=uploaded,
        revision=function.revision,
        modified_ms=function.latest.modified_ms,
    )


async def save(
    transaction: Transaction, sealer: Sealer, function: Function, uploaded: bytes | None = None
) -> None:
    """Write the ``$LATEST`` row, with its new revision; the package only when one is given."""
    values: dict[str, Any] = {
        "key_region": function.region,
        "key_name": function.name,
        "key_version": LATEST,
        "document": _document(function, sealer),
        "revision": function.revision,
        "modified_ms": function.latest.modified_ms,
    }
    if uploaded is None:
        await transaction.run(_UPDATE, **values)
    else:
        await transaction.run(_UPDATE_WITH_PACKAGE, **values, package=uploaded)


async def publish(
    transaction: Transaction, sealer: Sealer, function: Function, version: FunctionVersion
) -> None:
    """Add ``version`` with the package that ``$LATEST`` has now."""
    document = {"version": _sealed(version, sealer, _purpose(function.region, function.name))}
    await transaction.run(
        _PUBLISH,
        key_region=function.region,
        key_name=function.name,
        key_version=LATEST,
        new_version=version.version,
        document=orjson.dumps(document).decode(),
        revision=function.revision,
        modified_ms=version.modified_ms,
    )


async def save_version(
    transaction: Transaction, sealer: Sealer, function: Function, version: FunctionVersion
) -> None:
    """Write the record of a published version; its package never changes."""
    document = {"version": _sealed(version, sealer, _purpose(function.region, function.name))}
    await transaction.run(
        _UPDATE,
        key_region=function.region,
        key_name=function.name,
        key_version=version.version,
        document=orjson.dumps(document).decode(),
        revision=function.revision,
        modified_ms=version.modified_ms,
    )


async def delete(transaction: Transaction, region: str, name: str) -> None:
    """Delete a function with everything that belongs to it."""
    for statement in (_DELETE, _DELETE_ALIASES, _DELETE_PERMISSIONS):
        await transaction.run(statement, region=region, name=name)


async def delete_version(transaction: Transaction, region: str, name: str, version: str) -> None:
    """Delete a published version and the permissions added to it."""
    await transaction.run(_DELETE_VERSION, region=region, name=name, version=version)
    await transaction.run(_DELETE_QUALIFIER, region=region, name=name, qualifier=version)


async def put_alias(
    transaction: Transaction, region: str, name: str, alias: FunctionAlias, revision: int
) -> None:
    """Add an alias, or replace the one of that name."""
    await transaction.run(_DELETE_ALIAS, region=region, name=name, alias=alias.name)
    await transaction.run(
        _INSERT_ALIAS,
        region=region,
        name=name,
        alias=alias.name,
        document=orjson.dumps(asdict(alias)).decode(),
        revision=revision,
    )


async def delete_alias(transaction: Transaction, region: str, name: str, alias: str) -> None:
    """Delete an alias and the permissions added to it; nothing happens when there is none."""
    await transaction.run(_DELETE_ALIAS, region=region, name=name, alias=alias)
    await transaction.run(_DELETE_QUALIFIER, region=region, name=name, qualifier=alias)


async def add_permission(
    transaction: Transaction, region: str, name: str, qualifier: str, statement: PolicyStatement
) -> None:
    await transaction.run(
        _INSERT_PERMISSION,
        region=region,
        name=name,
        qualifier=qualifier,
        statement_id=statement["Sid"],
        document=orjson.dumps(statement).decode(),
    )


async def remove_permission(
    transaction: Transaction, region: str, name: str, qualifier: str, statement_id: str
) -> None:
    await transaction.run(
        _DELETE_PERMISSION,
        region=region,
        name=name,
        qualifier=qualifier,
        statement_id=statement_id,
    )


def _purpose(region: str, name: str) -> str:
    return f"function environment {region}/{name}"


def _document(function: Function, sealer: Sealer) -> str:
    document = {
        "version": _sealed(function.latest, sealer, _purpose(function.region, function.name)),
        "tags": function.tags,
        "last_version": function.last_version,
        "reserved_concurrency": function.reserved_concurrency,
    }
    return orjson.dumps(document).decode()


def _sealed(version: FunctionVersion, sealer: Sealer, purpose: str) -> dict[str, Any]:
    values = asdict(version)
    if version.environment:
        plain = orjson.dumps(version.environment)
        values["environment"] = sealer.seal(plain, purpose).hex()
    else:
        values["environment"] = None
    return values


def _version(values: dict[str, Any], sealer: Sealer, purpose: str) -> FunctionVersion:
    sealed = values.pop("environment")
    plain = b"{}" if sealed is None else sealer.unseal(bytes.fromhex(sealed), purpose)
    return FunctionVersion(**values, environment=orjson.loads(plain))
