"""Data keys as AWS KMS would wrap them, for functions that were written for Cognito.

Such a function hands its SDK the pool's KMSKeyID, and the SDK sends the wrapped data key to KMS.
The blob is KMS's own affair: here it is sealed under the master key, and bound to the encryption
context as KMS binds it. Only what this server wrapped for a pool's sender opens (``sender-kms``),
so whoever holds a blob needs no key to be looked up. AWS KMS API reference, ``Decrypt``.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

import orjson

from poolhouse.errors import IncorrectKeyException, InvalidCiphertextException
from poolhouse.store.sealing import SealBroken, Sealer

PROVIDER = "aws-kms"
"""What the AWS Encryption SDK calls the provider of such a key."""

_WRONG_KEY = "The key ID in the request does not identify a CMK that can perform this operation."


def wrap(sealer: Sealer, key_arn: str, data_key: bytes, context: Mapping[str, str]) -> bytes:
    """The CiphertextBlob of ``data_key`` under ``key_arn``."""
    content = {"key": key_arn, "plaintext": base64.b64encode(data_key).decode("ascii")}
    return sealer.seal(orjson.dumps(content), _purpose(context))


def unwrap(
    sealer: Sealer, blob: bytes, context: Mapping[str, str], key_arn: str | None = None
) -> tuple[str, bytes]:
    """The ARN of the key that wrapped ``blob``, and the data key.

    Raises :class:`InvalidCiphertextException` for what was not wrapped here, or in another context,
    and :class:`IncorrectKeyException` when ``key_arn`` is given and is not the key that did.
    """
    try:
        content = orjson.loads(sealer.unseal(blob, _purpose(context)))
    except SealBroken as error:
        raise InvalidCiphertextException from error
    if key_arn not in (None, content["key"]):
        raise IncorrectKeyException(_WRONG_KEY)
    return content["key"], base64.b64decode(content["plaintext"])


def _purpose(context: Mapping[str, str]) -> str:
    ordered = orjson.dumps(dict(context), option=orjson.OPT_SORT_KEYS).decode()
    return f"kms data key {ordered}"
