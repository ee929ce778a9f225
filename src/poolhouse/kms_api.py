"""``POST /`` with a target of AWS KMS: ``Decrypt``, for custom senders written for Cognito.

``AWS_ENDPOINT_URL_KMS`` pointed here makes the KMS keyring or master key provider of the AWS
Encryption SDK open the codes that this server's pools send. No other operation is there: keys are
those that pools name, and nothing else is encrypted under them. AWS KMS API reference, ``Decrypt``.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from poolhouse import administrators
from poolhouse.api import json11
from poolhouse.bodies import read_body
from poolhouse.errors import ServiceError, UnknownOperationException, ValidationException
from poolhouse.house import House
from poolhouse.triggers import kms_data_keys

log = structlog.get_logger("poolhouse.kms")

_TARGET_PREFIX = "TrentService."
_SERVICE = "kms"
_LONGEST_BLOB_BYTES = 6144


def matches(request: Request) -> bool:
    """Whether a ``POST /`` is meant for KMS."""
    target: str = request.headers.get("x-amz-target", "")
    return target.startswith(_TARGET_PREFIX)


async def answer(house: House, request: Request) -> Response:
    """Answer one call. Never raises: a bug is a 500 whose details are in the log only."""
    request_id = house.ids.uuid()
    try:
        body = await read_body(request, house.settings.max_body_bytes)
        if request.headers["x-amz-target"] != f"{_TARGET_PREFIX}Decrypt":
            raise UnknownOperationException
        parameters = json11.parse(body)
        administrators.authenticate(house, request, body, service=_SERVICE)
        return json11.render(_decrypt(house, parameters), request_id)
    except ServiceError as error:
        return json11.render_error(error, request_id)
    except Exception:
        log.exception("the operation failed", request_id=request_id)
        return json11.render_error(json11.internal_error(), request_id)


def _decrypt(house: House, parameters: dict[str, Any]) -> dict[str, Any]:
    key_arn, plaintext = kms_data_keys.unwrap(
        house.sealer, _blob(parameters), _context(parameters), parameters.get("KeyId")
    )
    return {
        "KeyId": key_arn,
        "Plaintext": base64.b64encode(plaintext).decode("ascii"),
        "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
    }


def _blob(parameters: dict[str, Any]) -> bytes:
    try:
        blob = base64.b64decode(parameters["CiphertextBlob"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise ValidationException("CiphertextBlob must be base64.") from error
    if not 1 <= len(blob) <= _LONGEST_BLOB_BYTES:
        raise ValidationException(
            f"CiphertextBlob must have between 1 and {_LONGEST_BLOB_BYTES} bytes."
        )
    return blob


def _context(parameters: dict[str, Any]) -> dict[str, str]:
    context = parameters.get("EncryptionContext") or {}
    if not isinstance(context, dict) or not all(isinstance(v, str) for v in context.values()):
        raise ValidationException("EncryptionContext must be a map of strings.")
    return context
