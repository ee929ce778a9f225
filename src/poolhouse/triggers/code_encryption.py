"""What custom senders are sent in place of a code: a message of the AWS Encryption SDK.

The pool's KMSKeyID names a key of this server (``sender-key``): 256 bits derived from the master
key and the key's ARN, which wrap the message's data key with AES-GCM (a *raw AES key* in the words
of the AWS Encryption SDK: namespace :data:`NAMESPACE`, name: the ARN). ``poolhouse sender-key ARN``
prints it for the function. The encryption context is ``{"userpool-id": POOL_ID}``.
"""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from poolhouse.store.sealing import Sealer

NAMESPACE: Final = "poolhouse"


def sender_key(sealer: Sealer, key_arn: str) -> bytes:
    """The 32 bytes that ``key_arn`` stands for on this server."""
    return sealer.derived_key(f"custom sender {key_arn}")


async def encrypt(sealer: Sealer, key_arn: str, pool_id: str, code: str) -> str:
    """``request.code`` of a sender's event: base64 of the encrypted message."""
    key = sender_key(sealer, key_arn)
    # Signing and wrapping take milliseconds, and the first call imports the SDK.
    return await asyncio.to_thread(_encrypt, key, key_arn, pool_id, code)


def _encrypt(key: bytes, key_arn: str, pool_id: str, code: str) -> str:
    import aws_encryption_sdk
    from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
    from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
    from aws_encryption_sdk.key_providers.raw import RawMasterKey

    wrapping_key = WrappingKey(
        wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
        wrapping_key=key,
        wrapping_key_type=EncryptionKeyType.SYMMETRIC,
    )
    message, _ = aws_encryption_sdk.EncryptionSDKClient().encrypt(
        source=code.encode(),
        key_provider=RawMasterKey(provider_id=NAMESPACE, key_id=key_arn, wrapping_key=wrapping_key),
        encryption_context={"userpool-id": pool_id},
    )
    return base64.b64encode(message).decode("ascii")
