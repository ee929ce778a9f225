"""A custom sender in JavaScript, with the KMS keyring that the developer guide shows."""

from __future__ import annotations

from pathlib import Path

from account_world import make_world
from clients.conftest import Run
from server import Server
from triggers_world import make_recorder

KEY = "arn:aws:kms:us-east-1:123456789012:key/7d0e4c5a-94a2-4d0b-8f6d-3f1e9a7c2b10"


def test_a_kms_keyring_reads_the_code(server: Server, tmp_path: Path, node: Run) -> None:
    recorder = make_recorder(server, tmp_path)
    sender = {"LambdaArn": recorder.arn, "LambdaVersion": "V1_0"}
    world = make_world(server, LambdaConfig={"CustomEmailSender": sender, "KMSKeyID": KEY})
    world.sign_up("ines", email="ines@quay.test")
    encrypted = recorder.later("CustomEmailSender")["request"]["code"]
    read = node("custom_sender.mjs", url=server.url, key=KEY, code=encrypted)
    assert read["context"]["userpool-id"] == world.pool_id
    world.confirm("ines", read["code"])
    assert world.get("ines")["UserStatus"] == "CONFIRMED"
