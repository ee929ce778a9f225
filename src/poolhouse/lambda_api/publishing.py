"""Publishing a version: ``$LATEST`` as it is now, under the next number."""

from __future__ import annotations

from dataclasses import replace

from poolhouse.domain.function_records import Function, FunctionVersion, content_digest
from poolhouse.lambda_api.registry import Call
from poolhouse.lambda_api.targets import renew
from poolhouse.store import functions as store
from poolhouse.store.database import Transaction


async def publish(
    transaction: Transaction, call: Call, function: Function, description: str | None = None
) -> FunctionVersion:
    """The new version, or the last one when neither code nor configuration changed since.

    Writes the function too: ``function`` may carry unsaved changes of its ``$LATEST`` record, but
    its package must have been written already.
    """
    content = content_digest(function.latest)
    last = function.versions.get(str(function.last_version))
    if last is not None and last.published_from == content:
        return last
    number = function.last_version + 1
    version = replace(
        function.latest,
        version=str(number),
        description=function.latest.description if description is None else description,
        modified_ms=call.now_ms,
        revision_id=call.house.ids.uuid(),
        published_from=content,
    )
    renewed = renew(call, function, last_version=number)
    await store.save(transaction, call.house.sealer, renewed)
    await store.publish(transaction, call.house.sealer, renewed, version)
    return version
