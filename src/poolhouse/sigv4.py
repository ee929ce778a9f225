"""Who signed a request: the ``Authorization`` header of AWS Signature Version 4.

Development mode takes any credentials and reads only the region from the credential scope;
production mode recomputes the signature with the access keys of the settings. Source: IAM user
guide, "AWS Signature Version 4 for API requests".
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from poolhouse.errors import (
    IncompleteSignatureException,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
    UnrecognizedClientException,
)

_ALGORITHM = "AWS4-HMAC-SHA256"
_REGION = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_CLOCK_SKEW_MS = 5 * 60 * 1000
_WRONG_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)


@dataclass(frozen=True, slots=True)
class Signature:
    """The parts of the header. ``scope`` is date, region, service and the word aws4_request."""

    access_key: str
    scope: tuple[str, ...]
    signed_headers: tuple[str, ...]
    signature: str

    @property
    def region(self) -> str:
        return self.scope[1]


@cache
def access_keys(setting: str) -> Mapping[str, str]:
    """The ``ID:SECRET`` pairs of the setting; one without a colon opens nothing."""
    pairs = (pair.strip().partition(":") for pair in setting.split(","))
    return {key: secret for key, _, secret in pairs if key and secret}


def parse(headers: Mapping[str, str]) -> Signature:
    """Read the header. Raises the service's exceptions for a missing or malformed one."""
    text = headers.get("authorization", "")
    if not text:
        raise MissingAuthenticationTokenException("Missing Authentication Token")
    parts = dict(
        part.strip().partition("=")[::2]
        for part in text.removeprefix(_ALGORITHM).split(",")
        if "=" in part
    )
    missing = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not parts.get(name)
    ]
    if "x-amz-date" not in headers and "date" not in headers:
        missing.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )
    access_key, *scope = parts.get("Credential", "").split("/")
    if not missing and (len(scope) != 4 or not access_key):
        missing.append("Credential must have exactly 5 slash-delimited elements.")
    if missing:
        raise IncompleteSignatureException(f"{' '.join(missing)} Authorization={text}")
    # The region becomes part of pool ids and ARNs, in development mode too.
    if _REGION.fullmatch(scope[1]) is None:
        raise InvalidSignatureException("Credential should be scoped to a valid region.")
    signed = tuple(parts["SignedHeaders"].lower().split(";"))
    return Signature(access_key, tuple(scope), signed, parts["Signature"])


def verify(
    signature: Signature,
    *,
    access_keys: Mapping[str, str],
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    now_ms: int,
    service: str | None = None,
) -> None:
    """Recompute the signature. Raises when the key is unknown or the result is another.

    ``service`` is the one that the credential scope must name, where that matters.
    """
    secret = access_keys.get(signature.access_key)
    if secret is None:
        raise UnrecognizedClientException("The security token included in the request is invalid.")
    timestamp = headers.get("x-amz-date", "")
    _check_time(timestamp, now_ms)
    if service is not None and signature.scope[2] != service:
        raise InvalidSignatureException(
            f"Credential should be scoped to correct service: '{service}'."
        )
    _check_coverage(signature, headers, body)
    expected = _recomputed(signature, secret, method, url, headers, body, timestamp)
    if not hmac.compare_digest(expected.encode(), signature.signature.encode()):
        raise InvalidSignatureException(_WRONG_SIGNATURE)


def _recomputed(
    signature: Signature,
    secret: str,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    timestamp: str,
) -> str:
    # Only production mode verifies; development mode need not wait for these imports.
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.compat import HTTPHeaders
    from botocore.credentials import Credentials

    class AsSigned(SigV4Auth):
        """Takes the headers the client signed, where botocore would leave some out."""

        def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
            headers_as_signed = HTTPHeaders()
            for name, value in request.headers.items():
                headers_as_signed[name.lower()] = value
            return headers_as_signed

    signed = {name: headers.get(name, "") for name in signature.signed_headers}
    request = AWSRequest(method=method, url=url, data=body, headers=signed)
    request.context["timestamp"] = timestamp
    _, region, service, _ = signature.scope
    signer = AsSigned(Credentials(signature.access_key, secret), service, region)
    canonical_request = signer.canonical_request(request)
    result: str = signer.signature(signer.string_to_sign(request, canonical_request), request)
    return result


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _check_coverage(signature: Signature, headers: Mapping[str, str], body: bytes) -> None:
    """Refuse a signature that leaves out what a request does.

    Without this, whoever sees a signed request could send it again with another target in an
    unsigned header, or with another body behind a signed hash.
    """
    must_sign = {"host", *(name for name in headers if name.lower().startswith("x-amz-"))}
    if not must_sign <= set(signature.signed_headers):
        raise InvalidSignatureException(_WRONG_SIGNATURE)
    stated = headers.get("x-amz-content-sha256")
    if stated is not None and stated != _sha256(body):
        raise InvalidSignatureException(_WRONG_SIGNATURE)


def _check_time(timestamp: str, now_ms: int) -> None:
    try:
        signed_at = datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise InvalidSignatureException(_WRONG_SIGNATURE) from error
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    age_ms = now_ms - int(signed_at.timestamp() * 1000)
    if abs(age_ms) <= _CLOCK_SKEW_MS:
        return
    current = now.strftime("%Y%m%dT%H%M%SZ")
    if age_ms > 0:
        edge = datetime.fromtimestamp((now_ms - _CLOCK_SKEW_MS) / 1000, UTC)
        raise InvalidSignatureException(
            f"Signature expired: {timestamp} is now earlier than "
            f"{edge.strftime('%Y%m%dT%H%M%SZ')} ({current} - 5 min.)"
        )
    edge = datetime.fromtimestamp((now_ms + _CLOCK_SKEW_MS) / 1000, UTC)
    raise InvalidSignatureException(
        f"Signature not yet current: {timestamp} is still later than "
        f"{edge.strftime('%Y%m%dT%H%M%SZ')} ({current} + 5 min.)"
    )
