"""The code in a request: a zip, and nothing else, since there is no S3 and no image here."""

from __future__ import annotations

from poolhouse.errors import InvalidParameterValueException
from poolhouse.functions.code_store import StoredCode
from poolhouse.functions.packages import BadPackage
from poolhouse.lambda_api.registry import Call, Request


async def accept(call: Call, code: Request) -> tuple[bytes, StoredCode]:
    """The uploaded package and where it went, unpacked. ``code`` has the members of FunctionCode.

    Raises :class:`InvalidParameterValueException` for what cannot be unpacked safely.
    """
    package: bytes | None = code.get("ZipFile")
    if package is None:
        if "S3Bucket" in code or "ImageUri" in code:
            raise InvalidParameterValueException(
                "poolhouse takes code as ZipFile only: it has no S3 and runs no container images."
            )
        raise InvalidParameterValueException("Please provide a source for function code.")
    if not package:
        raise InvalidParameterValueException("Uploaded file must be a non-empty zip")
    try:
        return package, await call.house.functions.code.accept(package)
    except BadPackage as error:
        raise InvalidParameterValueException(
            str(error),
            detail=error.detail,
        ) from error
