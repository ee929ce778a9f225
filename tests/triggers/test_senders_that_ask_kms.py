"""Custom senders written for Cognito: they decrypt with KMS, and this server stands in for it."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from account_world import make_world, refusal
from lambda_world import PYTHON, ROLE, eventually, fresh_name, python_package
from poolhouse.triggers import kms_data_keys
from server import START_MS, Server

KEY = "arn:aws:kms:us-east-1:123456789012:key/7d0e4c5a-94a2-4d0b-8f6d-3f1e9a7c2b10"
OTHER = "arn:aws:kms:us-east-1:123456789012:key/00000000-94a2-4d0b-8f6d-3f1e9a7c2b10"

# As one would write it for Cognito: nothing in it knows of this server.
SENDER = """
import base64, os
import aws_encryption_sdk

client = aws_encryption_sdk.EncryptionSDKClient()
keys = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[os.environ["KEY_ARN"]])

def handler(event, context):
    code, header = client.decrypt(
        source=base64.b64decode(event["request"]["code"]), key_provider=keys
    )
    with open(os.environ["SENT"], "w") as outbox:
        outbox.write(code.decode() + " " + header.encryption_context["userpool-id"])
"""


def senders(arn: str) -> dict[str, Any]:
    return {
        "CustomEmailSender": {"LambdaArn": arn, "LambdaVersion": "V1_0"},
        "KMSKeyID": KEY,
    }


def test_a_python_function_works_unchanged(server: Server, tmp_path: Path) -> None:
    functions, name, sent = server.client("lambda"), fresh_name("kms-sender"), tmp_path / "sent"
    arn = functions.create_function(
        FunctionName=name,
        Role=ROLE,
        Runtime=PYTHON,
        Handler="index.handler",
        Code={"ZipFile": python_package(SENDER)},
        Timeout=60,
        MemorySize=512,
        Environment={
            "Variables": {"KEY_ARN": KEY, "SENT": str(sent), "AWS_ENDPOINT_URL_KMS": server.url}
        },
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=name,
        StatementId="pools",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    world = make_world(server, LambdaConfig=senders(arn))
    world.sign_up("ines", email="ines@quay.test")
    eventually(lambda: [sent] if sent.exists() and sent.read_text() else [])
    code, pool_id = sent.read_text().split()
    assert pool_id == world.pool_id
    world.confirm("ines", code)
    assert world.get("ines")["UserStatus"] == "CONFIRMED"


CONTEXT = {"userpool-id": "us-east-1_Quay00001"}
SIGNED_BY_NOBODY = {
    "authorization": "AWS4-HMAC-SHA256 Credential=AKIANOBODY/20260921/us-east-1/kms/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=00",
    "x-amz-date": "20260921T132640Z",
}


def call(
    server: Server, operation: str, members: dict[str, Any], headers: dict[str, str] | None = None
) -> requests.Response:
    """One request, signed by somebody unless ``headers`` say otherwise."""
    target = {"x-amz-target": f"TrentService.{operation}"}
    signed = SIGNED_BY_NOBODY if headers is None else headers
    return requests.post(server.url, json=members, headers={**target, **signed}, timeout=10)


def decrypt(server: Server, **members: Any) -> Any:
    return server.client("kms").decrypt(**members)


class TestDecrypt:
    @pytest.fixture
    def blob(self, server: Server) -> bytes:
        return kms_data_keys.wrap(server.house.sealer, KEY, bytes(32), CONTEXT)

    @pytest.mark.parametrize("key", [{}, {"KeyId": KEY}])
    def test_a_data_key_and_the_key_that_wrapped_it(
        self, server: Server, blob: bytes, key: dict[str, str]
    ) -> None:
        found = decrypt(server, CiphertextBlob=blob, EncryptionContext=CONTEXT, **key)
        assert (found["KeyId"], found["Plaintext"]) == (KEY, bytes(32))

    def test_another_key_is_refused(self, server: Server, blob: bytes) -> None:
        code, _ = refusal(
            server.client("kms").decrypt,
            CiphertextBlob=blob,
            EncryptionContext=CONTEXT,
            KeyId=OTHER,
        )
        assert code == "IncorrectKeyException"

    def test_another_context_is_refused(self, server: Server, blob: bytes) -> None:
        for context in ({}, {"userpool-id": "us-east-1_Quay00002"}, {**CONTEXT, "more": "1"}):
            code, _ = refusal(
                server.client("kms").decrypt, CiphertextBlob=blob, EncryptionContext=context
            )
            assert code == "InvalidCiphertextException"

    @pytest.mark.parametrize("garbage", [b"x", bytes(60)])
    def test_what_nobody_wrapped_is_refused(self, server: Server, garbage: bytes) -> None:
        code, _ = refusal(
            server.client("kms").decrypt, CiphertextBlob=garbage, EncryptionContext=CONTEXT
        )
        assert code == "InvalidCiphertextException"

    def test_something_else_sealed_here_does_not_open(self, server: Server) -> None:
        sealed = server.house.sealer.seal(b"a secret of another kind", "other purpose")
        code, _ = refusal(server.client("kms").decrypt, CiphertextBlob=sealed)
        assert code == "InvalidCiphertextException"

    @pytest.mark.parametrize(
        "members",
        [
            {},
            {"CiphertextBlob": "no base64"},
            {"CiphertextBlob": 7},
            {"CiphertextBlob": ""},
            {"CiphertextBlob": "AAAA", "EncryptionContext": {"userpool-id": 1}},
            {"CiphertextBlob": "AAAA", "EncryptionContext": ["userpool-id"]},
        ],
    )
    def test_members_of_other_types_are_refused(
        self, server: Server, members: dict[str, Any]
    ) -> None:
        answer = call(server, "Decrypt", members)
        assert (answer.status_code, answer.json()["__type"]) == (400, "ValidationException")

    def test_there_is_nothing_else(self, server: Server) -> None:
        answer = call(server, "GenerateDataKey", {"KeyId": KEY, "NumberOfBytes": 32})
        assert (answer.status_code, answer.json()["__type"]) == (400, "UnknownOperationException")

    def test_production_asks_for_a_signature_for_kms(
        self, start_server: Callable[..., Server]
    ) -> None:
        server = start_server(mode="production", access_keys="AKIATEST:secret")
        server.clock.advance(seconds=time.time() - START_MS / 1000)
        blob = kms_data_keys.wrap(server.house.sealer, KEY, bytes(32), CONTEXT)
        members = {"CiphertextBlob": base64.b64encode(blob).decode(), "EncryptionContext": CONTEXT}
        for headers, refused in (
            ({}, "MissingAuthenticationTokenException"),
            (SIGNED_BY_NOBODY, "UnrecognizedClientException"),
        ):
            answer = call(server, "Decrypt", members, headers)
            assert (answer.status_code, answer.json()["__type"]) == (400, refused)
        found = decrypt(server, CiphertextBlob=blob, EncryptionContext=CONTEXT)
        assert found["Plaintext"] == bytes(32)
