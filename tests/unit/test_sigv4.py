"""Signatures recomputed, with botocore's signer as the judge of the arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from poolhouse import sigv4
from poolhouse.errors import InvalidSignatureException, ServiceError

NOW_MS = 1_790_000_000_000
KEYS = {"AKIA": "s/e+c=r et"}
HOST = "cognito-idp.eu-west-1.amazonaws.com"
QUERY = st.lists(
    st.tuples(st.text("ab-.~%20", min_size=1), st.text("ab=+/%3A")).map(
        lambda pair: "=".join(pair).replace("%", "%25")
    )
)


def _signed(
    method: str, path: str, query: str, body: bytes, headers: dict[str, str]
) -> dict[str, str]:
    url = f"https://{HOST}{path}" + (f"?{query}" if query else "")
    request = AWSRequest(method, url, {**headers, "X-Amz-Target": "t"}, body)
    request.context["timestamp"] = _timestamp()
    request.headers["X-Amz-Date"] = _timestamp()
    signer = SigV4Auth(Credentials("AKIA", KEYS["AKIA"]), "cognito-idp", "eu-west-1")
    signature = signer.signature(
        signer.string_to_sign(request, signer.canonical_request(request)), request
    )
    names = signer.signed_headers(signer.headers_to_sign(request))
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, SignedHeaders={names}, "
        f"Signature={signature}"
    )
    sent = {name.lower(): value for name, value in request.headers.items()}
    return {**sent, "host": HOST, "authorization": authorization}


def _timestamp() -> str:
    return datetime.fromtimestamp(NOW_MS / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def _verify(
    headers: dict[str, str],
    *,
    method: str = "POST",
    path: str = "/",
    query: str = "",
    body: bytes = b"{}",
    **more: Any,
) -> None:
    sigv4.verify(
        sigv4.parse(headers),
        access_keys=KEYS,
        method=method,
        url=f"http://{HOST}{path}" + (f"?{query}" if query else ""),
        headers=headers,
        body=body,
        now_ms=NOW_MS,
        **more,
    )


@given(
    body=st.binary(max_size=50),
    value=st.text(
        st.characters(min_codepoint=32, max_codepoint=126, exclude_characters=","), max_size=20
    ),
    path=st.sampled_from(["/", "/2015-03-31/functions/arn%3Aaws%3Alambda/invocations", "/a~b/c"]),
    query=QUERY.map("&".join),
)
@settings(max_examples=200, deadline=None)
def test_botocores_signatures_are_good(body: bytes, value: str, path: str, query: str) -> None:
    headers = _signed("POST", path, query, body, {"X-Amz-Meta": value})
    _verify(headers, path=path, query=query, body=body, service="cognito-idp")


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"path": "/other"},
        {"query": "Qualifier=2"},
        {"body": b"[]"},
    ],
)
def test_any_change_of_the_request_breaks_it(change: dict[str, Any]) -> None:
    headers = _signed("POST", "/", "", b"{}", {})
    _verify(headers)
    with pytest.raises(InvalidSignatureException):
        _verify(headers, **change)


@pytest.mark.parametrize("name", ["x-amz-target", "x-amz-date", "host"])
def test_any_change_of_a_signed_header_breaks_it(name: str) -> None:
    headers = _signed("POST", "/", "", b"{}", {})
    with pytest.raises(InvalidSignatureException):
        _verify({**headers, name: "20260921T141321Z"})


def test_an_added_amazon_header_is_not_trusted() -> None:
    headers = _signed("POST", "/", "", b"{}", {})
    with pytest.raises(InvalidSignatureException):
        _verify({**headers, "x-amz-invocation-type": "DryRun"})


def test_other_headers_may_come_unsigned() -> None:
    headers = _signed("POST", "/", "", b"{}", {})
    _verify({**headers, "accept": "*/*", "user-agent": "proxy"})


@pytest.mark.parametrize(
    ("setting", "keys"),
    [
        ("", {}),
        ("A:b", {"A": "b"}),
        (" A:b , C:d:e,", {"A": "b", "C": "d:e"}),
        ("nonsense,:x,A:", {}),
    ],
)
def test_access_keys_of_the_setting(setting: str, keys: dict[str, str]) -> None:
    assert sigv4.access_keys(setting) == keys


@given(st.text(st.characters(min_codepoint=1, max_codepoint=255)))
def test_no_header_is_more_than_refused(text: str) -> None:
    headers = {"authorization": f"AWS4-HMAC-SHA256 {text}", "x-amz-date": _timestamp()}
    try:
        _verify(headers)
    except ServiceError:
        return
    raise AssertionError("a made-up header was taken for a signature")
