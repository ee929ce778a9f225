"""What custom senders are sent in place of a code: a message of the AWS Encryption SDK.

The pool's KMSKeyID names a key of this server (``sender-key``). Its message carries the data key
twice, and either opens it:

- wrapped by 256 bits derived from the master key and the key's ARN (a *raw AES key* in the words of
  the AWS Encryption SDK: namespace ``poolhouse``, name: the ARN). ``poolhouse sender-key ARN``
  prints them for the function;
- wrapped as KMS would (:mod:`poolhouse.triggers.kms_data_keys`), for functions that ask KMS.

The encryption context is ``{"userpool-id": POOL_ID}``.
"""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poolhouse.store.sealing import Sealer


def sender_key(sealer: Sealer, key_arn: str) -> bytes:
    """The 32 bytes that ``key_arn`` stands for on this server."""
    return sealer.derived_key(f"custom sender {key_arn}")


async def encrypt(sealer: Sealer, key_arn: str, pool_id: str, code: str) -> str:
    """``request.code`` of a sender's event: base64 of the encrypted message."""
    key = sender_key(sealer, key_arn)
    # Signing and wrapping take milliseconds, and the first call imports the SDK.
    return await asyncio.to_thread(_encrypt, sealer, key, key_arn, pool_id, code)


def _encrypt(sealer: Sealer, key: bytes, key_arn: str, pool_id: str, code: str) -> str:
    import aws_encryption_sdk

    from poolhouse.triggers.sender_master_keys import SenderKeys

    message, _ = aws_encryption_sdk.EncryptionSDKClient().encrypt(
        source=code.encode(),
        key_provider=SenderKeys.of(sealer, key_arn, key),
        encryption_context={"userpool-id": pool_id},
    )
    return base64.b64encode(message).decode("ascii")
