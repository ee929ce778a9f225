"""The resource policy of a function: who may invoke it."""

from __future__ import annotations

from dataclasses import replace

import orjson

from poolhouse.domain import function_policies
from poolhouse.domain.function_names import LATEST, FunctionName
from poolhouse.domain.function_records import (
    UNQUALIFIED,
    Function,
    permissions_of,
    version_of,
)
from poolhouse.errors import (
    InvalidParameterValueException,
    PolicyLengthExceededException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from poolhouse.lambda_api import wire
from poolhouse.lambda_api.registry import Call, Request, Response, operation
from poolhouse.lambda_api.targets import (
    check_revision,
    load,
    load_to_change,
    not_found,
    renew,
    target,
)
from poolhouse.store import functions as store
from poolhouse.store.database import Transaction

_LARGEST_POLICY_BYTES = 20_480
_NO_POLICY = "The resource you requested does not exist."


@operation
async def add_permission(call: Call, request: Request) -> Response:
    """Add one statement. Raises when its ``StatementId`` is taken or the policy gets too long."""
    name = target(call, request)
    if name.qualifier == LATEST:
        raise InvalidParameterValueException(
            "We currently do not support adding policies for $LATEST."
        )

    async def add(transaction: Transaction) -> str:
        function = await load_to_change(transaction, call, name)
        check_revision(request, _revision_id(function, name))
        before = permissions_of(function, name.qualifier)
        if any(each["Sid"] == request["StatementId"] for each in before):
            raise ResourceConflictException(
                f"The statement id ({request['StatementId']}) provided already exists. Please "
                "provide a new statement id, or remove the existing statement."
            )
        statement = function_policies.statement(wire.arn(call, function, name.qualifier), request)
        if len(_policy((*before, statement))) > _LARGEST_POLICY_BYTES:
            raise PolicyLengthExceededException(
                f"The final policy size is bigger than the limit ({_LARGEST_POLICY_BYTES})."
            )
        await store.add_permission(
            transaction, name.region, name.name, name.qualifier or UNQUALIFIED, statement
        )
        await _give_new_revision_id(transaction, call, function, name)
        return orjson.dumps(statement).decode()

    return {"Statement": await call.house.db.write(add)}


@operation
async def remove_permission(call: Call, request: Request) -> Response:
    """Remove one statement. Raises :class:`ResourceNotFoundException` when it is not there."""
    name = target(call, request)

    async def remove(transaction: Transaction) -> None:
        function = await load_to_change(transaction, call, name)
        revision_id = _revision_id(function, name)
        before = permissions_of(function, name.qualifier)
        if not before:
            raise ResourceNotFoundException("No policy is associated with the given resource.")
        statement_id = request["StatementId"]
        if all(each["Sid"] != statement_id for each in before):
            raise ResourceNotFoundException(
                f"Statement {statement_id} is not found in resource policy."
            )
        check_revision(request, revision_id)
        await store.remove_permission(transaction, name.region, name.name, _key(name), statement_id)
        await _give_new_revision_id(transaction, call, function, name)

    await call.house.db.write(remove)
    return None


@operation
async def get_policy(call: Call, request: Request) -> Response:
    """The whole policy, as text. Raises :class:`ResourceNotFoundException` when it is empty."""
    name = target(call, request)
    function = await load(call, name)
    revision_id = _revision_id(function, name)
    statements = permissions_of(function, name.qualifier)
    if not statements:
        raise ResourceNotFoundException(_NO_POLICY)
    return {"Policy": _policy(statements).decode(), "RevisionId": revision_id}


def _policy(statements: tuple[function_policies.Statement, ...]) -> bytes:
    return orjson.dumps({"Version": "2012-10-17", "Id": "default", "Statement": list(statements)})


def _key(name: FunctionName) -> str:
    return UNQUALIFIED if name.qualifier in (None, LATEST) else str(name.qualifier)


def _revision_id(function: Function, name: FunctionName) -> str:
    """Of the alias or version the policy belongs to. Raises when there is none."""
    alias = function.aliases.get(name.qualifier or "")
    if alias is not None:
        return alias.revision_id
    version = version_of(function, name.qualifier)
    if version is None:
        raise not_found(name)
    return version.revision_id


async def _give_new_revision_id(
    transaction: Transaction, call: Call, function: Function, name: FunctionName
) -> None:
    sealer = call.house.sealer
    revision_id = call.house.ids.uuid()
    renewed = renew(call, function)
    qualifier = _key(name)
    if qualifier == UNQUALIFIED:
        renewed = replace(renewed, latest=replace(function.latest, revision_id=revision_id))
    elif qualifier in function.aliases:
        alias = replace(function.aliases[qualifier], revision_id=revision_id)
        await store.put_alias(transaction, function.region, function.name, alias, renewed.revision)
    else:
        version = replace(function.versions[qualifier], revision_id=revision_id)
        await store.save_version(transaction, sealer, renewed, version)
    await store.save(transaction, sealer, renewed)
