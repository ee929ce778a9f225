"""The two keys that wrap a data key, as extension points of the AWS Encryption SDK.

Imported when a code is encrypted, not before: the SDK takes long to load.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from aws_encryption_sdk.exceptions import DecryptKeyError
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
from aws_encryption_sdk.key_providers.base import MasterKey, MasterKeyConfig
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey

from poolhouse.store.sealing import Sealer
from poolhouse.triggers import kms_data_keys

NAMESPACE: Final = "poolhouse"


class SenderKeys(RawMasterKeyProvider):  # type: ignore[misc]  # the SDK has no types
    """The raw AES key behind an ARN, and the same ARN as a key of KMS."""

    provider_id = NAMESPACE
    raw_key: bytes

    @classmethod
    def of(cls, sealer: Sealer, key_arn: str, raw_key: bytes) -> SenderKeys:
        keys = cls()
        keys.raw_key = raw_key
        keys.add_master_key(key_arn)
        like_kms = KmsShapedKey(key_id=key_arn)
        like_kms.sealer = sealer
        keys.add_master_key_provider(like_kms)
        return keys

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        return WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=self.raw_key,
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        )


class _KmsShapedKeyConfig(MasterKeyConfig):  # type: ignore[misc]  # the SDK has no types
    provider_id = kms_data_keys.PROVIDER


class KmsShapedKey(MasterKey):  # type: ignore[misc]  # the SDK has no types
    """Wraps a data key that another has made; who reads the message asks KMS to unwrap it."""

    provider_id = kms_data_keys.PROVIDER
    _config_class = _KmsShapedKeyConfig
    sealer: Sealer

    def _generate_data_key(self, algorithm: Any, encryption_context: Mapping[str, str]) -> DataKey:
        raise NotImplementedError("the raw key makes the data key")

    def _encrypt_data_key(
        self, data_key: DataKey, algorithm: Any, encryption_context: Mapping[str, str]
    ) -> EncryptedDataKey:
        blob = kms_data_keys.wrap(
            self.sealer, self.key_id.decode(), data_key.data_key, encryption_context
        )
        return EncryptedDataKey(key_provider=self.key_provider, encrypted_data_key=blob)

    def _decrypt_data_key(
        self, encrypted_data_key: EncryptedDataKey, algorithm: Any, encryption_context: Any
    ) -> DataKey:
        raise DecryptKeyError("the server encrypts only")
