"""Who signed a request: the ``Authorization`` header of AWS Signature Version 4.

Development mode takes any credentials and reads only the region from the credential scope;
production mode recomputes the signature with the access keys of the settings. Source: AWS General
Reference, "Signature Version 4 signing process".
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from poolhouse.errors import (
    IncompleteSignatureException,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
    UnrecognizedClientException,
)

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


def parse(headers: Mapping[str, str]) -> Signature:
    """Read the header. Raises the service's exceptions for a missing or malformed one."""
    text = headers.get("authorization", "")
    if not text:
        raise MissingAuthenticationTokenException("Missing Authentication Token")
    parts = dict(
        part.strip().partition("=")[::2]
        for part in text.removeprefix("AWS4-HMAC-SHA256").split(",")
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
    signed = tuple(parts["SignedHeaders"].split(";"))
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
) -> None:
    """Recompute the signature. Raises when the key is unknown or the result is another."""
    # Only production mode verifies; development mode need not wait for these imports.
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    secret = access_keys.get(signature.access_key)
    if secret is None:
        raise UnrecognizedClientException("The security token included in the request is invalid.")
    timestamp = headers.get("x-amz-date", "")
    _check_time(timestamp, now_ms)
    request = AWSRequest(
        method=method,
        url=url,
        data=body,
        headers={name: headers.get(name, "") for name in signature.signed_headers},
    )
    request.context["timestamp"] = timestamp
    _, region, service, _ = signature.scope
    signer = SigV4Auth(Credentials(signature.access_key, secret), service, region)
    expected = signer.signature(
        signer.string_to_sign(request, signer.canonical_request(request)), request
    )
    if not hmac.compare_digest(expected, signature.signature):
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
