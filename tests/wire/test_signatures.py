"""Production mode: signatures of real SDK clients, judged by recomputing them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.credentials import Credentials

from raw_http import TARGET, Answer, send
from refusals import refused
from server import START_MS, Server, running

KEY, SECRET = "AKIAHARBOUR", "correct/horse+battery"
WRONG = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)
BODY = b'{"MaxResults": 1}'


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data: Path = tmp_path_factory.mktemp("production")
    keys = f"{KEY}:{SECRET}, OTHER:other"
    with running(data, mode="production", access_keys=keys) as server:
        yield server


@pytest.fixture(autouse=True)
def _signing_time(monkeypatch: pytest.MonkeyPatch, guarded: Server) -> None:
    """botocore signs with its own clock, which is set to the server's here."""
    _sign_at(monkeypatch, guarded.clock.now_ms())


def _sign_at(monkeypatch: pytest.MonkeyPatch, now_ms: int) -> None:
    def now(remove_tzinfo: bool = True) -> datetime:
        at = datetime.fromtimestamp(now_ms / 1000, UTC)
        return at.replace(tzinfo=None) if remove_tzinfo else at

    monkeypatch.setattr("botocore.auth.get_current_datetime", now)


def _client(server: Server, key: str = KEY, secret: str = SECRET, region: str = "eu-west-3") -> Any:
    return boto3.client(
        "cognito-idp",
        region_name=region,
        endpoint_url=server.url,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"max_attempts": 0}),
    )


def _signed(
    server: Server, *, service: str = "cognito-idp", headers: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The headers of a well signed ListUserPools request."""
    request = AWSRequest(
        "POST",
        server.url + "/",
        {"X-Amz-Target": TARGET + "ListUserPools", **(headers or {})},
        BODY,
    )
    SigV4Auth(Credentials(KEY, SECRET), service, "us-east-1").add_auth(request)
    return dict(request.headers.items())


def _send(server: Server, headers: dict[str, str], body: bytes = BODY) -> Answer:
    return send(server, "POST", "/", body, **headers)


def test_a_well_signed_request_is_answered_in_its_region(guarded: Server) -> None:
    created = _client(guarded).create_user_pool(PoolName="harbour")["UserPool"]
    assert created["Id"].startswith("eu-west-3_")
    assert created["Arn"] == f"arn:aws:cognito-idp:eu-west-3:123456789012:userpool/{created['Id']}"


def test_every_configured_key_opens(guarded: Server) -> None:
    assert "UserPools" in _client(guarded, "OTHER", "other").list_user_pools(MaxResults=1)


def test_an_unknown_key_is_refused(guarded: Server) -> None:
    with refused(
        "UnrecognizedClientException", "The security token included in the request is invalid."
    ):
        _client(guarded, key="AKIASTRANGER").list_user_pools(MaxResults=1)


def test_a_wrong_secret_is_refused(guarded: Server) -> None:
    with refused("InvalidSignatureException", WRONG):
        _client(guarded, secret="wrong").list_user_pools(MaxResults=1)


def test_public_operations_need_no_signature(guarded: Server) -> None:
    with refused("NotAuthorizedException", "Invalid Access Token"):
        _client(guarded, key="x", secret="x").get_user(AccessToken="abc")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (
            -6,
            "Signature expired: 20260921T140720Z is now earlier than 20260921T140820Z "
            "(20260921T141320Z - 5 min.)",
        ),
        (
            6,
            "Signature not yet current: 20260921T141920Z is still later than 20260921T141820Z "
            "(20260921T141320Z + 5 min.)",
        ),
    ],
)
def test_a_clock_that_is_off_by_more_than_five_minutes_is_refused(
    guarded: Server, monkeypatch: pytest.MonkeyPatch, minutes: int, words: str
) -> None:
    _sign_at(monkeypatch, START_MS + minutes * 60_000)
    with refused("InvalidSignatureException", words):
        _client(guarded).list_user_pools(MaxResults=1)


@pytest.mark.parametrize("minutes", [-4.9, 4.9])
def test_a_clock_that_is_off_by_less_is_not(
    guarded: Server, monkeypatch: pytest.MonkeyPatch, minutes: float
) -> None:
    _sign_at(monkeypatch, START_MS + int(minutes * 60_000))
    assert "UserPools" in _client(guarded).list_user_pools(MaxResults=1)


def test_headers_that_botocore_never_signs_may_be_signed(guarded: Server) -> None:
    """Other SDKs sign User-Agent; botocore is made to."""

    class Thorough(SigV4Auth):
        def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
            return HTTPHeaders.from_dict({k.lower(): v for k, v in request.headers.items()})

    headers = {"X-Amz-Target": TARGET + "ListUserPools", "User-Agent": "sdk  with   blanks"}
    request = AWSRequest("POST", guarded.url + "/", headers, BODY)
    request.headers["Host"] = guarded.url.removeprefix("http://")
    Thorough(Credentials(KEY, SECRET), "cognito-idp", "us-east-1").add_auth(request)
    sent = dict(request.headers.items())
    assert "user-agent" in sent["Authorization"]
    assert _send(guarded, sent).status == 200


def test_another_body_breaks_the_signature(guarded: Server) -> None:
    answer = _send(guarded, _signed(guarded), b'{"MaxResults": 2}')
    assert answer.json == {"__type": "InvalidSignatureException", "message": WRONG}


def test_another_body_behind_a_signed_hash_breaks_it_too(guarded: Server) -> None:
    stated = hashlib.sha256(BODY).hexdigest()
    headers = _signed(guarded, headers={"X-Amz-Content-SHA256": stated})
    assert _send(guarded, headers).status == 200
    answer = _send(guarded, headers, b'{"MaxResults": 2}')
    assert answer.json == {"__type": "InvalidSignatureException", "message": WRONG}


def test_another_target_breaks_the_signature(guarded: Server) -> None:
    headers = {**_signed(guarded), "X-Amz-Target": TARGET + "DeleteUserPool"}
    assert _send(guarded, headers).json["message"] == WRONG


def test_a_target_that_is_not_signed_is_not_trusted(guarded: Server) -> None:
    request = AWSRequest("POST", guarded.url + "/", {}, BODY)
    SigV4Auth(Credentials(KEY, SECRET), "cognito-idp", "us-east-1").add_auth(request)
    headers = {**dict(request.headers.items()), "X-Amz-Target": TARGET + "ListUserPools"}
    assert _send(guarded, headers).json == {
        "__type": "InvalidSignatureException",
        "message": WRONG,
    }


def test_a_signature_for_another_service_is_refused(guarded: Server) -> None:
    answer = _send(guarded, _signed(guarded, service="lambda"))
    assert answer.json == {
        "__type": "InvalidSignatureException",
        "message": "Credential should be scoped to correct service: 'cognito-idp'.",
    }


@pytest.mark.parametrize("signature", ["", "0", "é", "0" * 64])
def test_nonsense_in_place_of_a_signature_is_refused(guarded: Server, signature: str) -> None:
    headers = _signed(guarded)
    head, _, _ = headers["Authorization"].rpartition("=")
    answer = _send(guarded, {**headers, "Authorization": f"{head}={signature}"})
    assert answer.status == 400
    expected = "InvalidSignatureException" if signature else "IncompleteSignatureException"
    assert answer.json["__type"] == expected


def test_a_date_that_is_none_is_refused(guarded: Server) -> None:
    answer = _send(guarded, {**_signed(guarded), "X-Amz-Date": "yesterday"})
    assert answer.json["__type"] == "InvalidSignatureException"
