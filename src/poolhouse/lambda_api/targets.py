"""Which function a request is about, and the record of it to read or to change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from poolhouse.domain import function_names
from poolhouse.domain.function_names import LATEST, BadFunctionName, FunctionName
from poolhouse.domain.function_records import Function, FunctionVersion, version_of
from poolhouse.errors import (
    AccessDeniedException,
    InvalidParameterValueException,
    PreconditionFailedException,
    ResourceConflictException,
    ResourceNotFoundException,
    ValidationException,
)
from poolhouse.lambda_api.registry import Call, Request
from poolhouse.store import functions as store
from poolhouse.store.database import Transaction

_LONGEST_NAME = 64


def target(call: Call, request: Request) -> FunctionName:
    """The function that ``FunctionName`` and ``Qualifier`` name. Raises for one out of reach."""
    name = in_reach(call, request["FunctionName"])
    qualifier = request.get("Qualifier")
    if qualifier and name.qualifier and qualifier != name.qualifier:
        raise InvalidParameterValueException(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    return replace(name, qualifier=qualifier or name.qualifier)


def in_reach(call: Call, text: str) -> FunctionName:
    """Read a name or ARN. Raises for another region or account, which are not served here."""
    account = call.house.settings.account_id
    try:
        name = function_names.parse(text, call.region, account)
    except BadFunctionName as error:
        raise ValidationException(f"1 validation error detected: bad name {text!r}") from error
    if len(name.name) > _LONGEST_NAME:
        raise ValidationException(
            f"1 validation error detected: Value '{name.name}' at 'functionName' failed to satisfy "
            f"constraint: Member must have length less than or equal to {_LONGEST_NAME}"
        )
    if name.region != call.region:
        raise ResourceNotFoundException(
            f"Functions from '{name.region}' are not reachable in this region ('{call.region}')"
        )
    if name.account != account:
        raise AccessDeniedException(
            f"The caller's account is {account}; it may not use {name.unqualified_arn}"
        )
    return name


def not_found(name: FunctionName) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"Function not found: {name.arn}")


async def load(call: Call, name: FunctionName) -> Function:
    """The function to read. Raises :class:`ResourceNotFoundException`."""
    function = await call.house.functions.find(name.region, name.name)
    if function is None:
        raise not_found(replace(name, qualifier=None))
    return function


def load_version(function: Function, name: FunctionName) -> FunctionVersion:
    """The version that the qualifier leads to, through an alias (its main version) or directly.

    Raises :class:`ResourceNotFoundException`.
    """
    alias = function.aliases.get(name.qualifier or "")
    version = version_of(function, alias.version if alias is not None else name.qualifier)
    if version is None:
        raise not_found(name)
    return version


async def load_to_change(transaction: Transaction, call: Call, name: FunctionName) -> Function:
    """The function as the transaction sees it. Raises when it is not there, or runs from a file."""
    if call.house.functions.runs_from_file(name.name):
        raise ResourceConflictException(
            f"{name.name} runs from a file of this server (--function); change the file instead."
        )
    function = await store.get(transaction, call.house.sealer, name.region, name.name)
    if function is None:
        raise not_found(replace(name, qualifier=None))
    return function


def renew(call: Call, function: Function, **changes: Any) -> Function:
    """A copy with ``changes`` and the new revision that every change needs."""
    return replace(function, revision=call.house.ids.source.getrandbits(62), **changes)


def check_revision(request: Request, current: str) -> None:
    """Raises :class:`PreconditionFailedException` when ``RevisionId`` names an older state."""
    given = request.get("RevisionId")
    if given and given != current:
        raise PreconditionFailedException(
            "The Revision Id provided does not match the latest Revision Id. Call the "
            "GetFunction/GetAlias API to retrieve the latest Revision Id"
        )


def refuse_qualifier(name: FunctionName) -> None:
    """Raises when an operation on the whole function is asked of a version or alias."""
    if name.qualifier not in (None, LATEST):
        raise InvalidParameterValueException(
            f"This operation is permitted on the function only, not on its qualifier "
            f"{name.qualifier}."
        )
