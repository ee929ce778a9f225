"""A client's part of USER_SRP_AUTH, quick enough to load a server: one process with some threads.

``a`` is short and the same each time, so that A is computed once: good for a benchmark only.
"""

from __future__ import annotations

import base64
import http.client
import json
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import gmpy2

from poolhouse.domain import srp

_HEADERS = {"Content-Type": "application/x-amz-json-1.1"}
_TARGET = "AWSCognitoIdentityProviderService."


@dataclass(frozen=True)
class Account:
    """Whose sign-in to repeat."""

    pool_id: str
    client_id: str
    username: str
    password: str


def run(url: str, account: Account, connections: int, seconds: float) -> tuple[list[float], int]:
    """Sign in over and over; how long each took, less the client's arithmetic, and failures."""
    until = time.monotonic() + seconds
    times: list[float] = []
    failed: list[str] = []

    def one_connection() -> None:
        client = _Client(url, account)
        while time.monotonic() < until:
            try:
                times.append(client.sign_in())
            except (OSError, KeyError, http.client.HTTPException) as error:
                failed.append(repr(error))

    threads = [threading.Thread(target=one_connection) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, len(failed)


class _Client:
    def __init__(self, url: str, account: Account) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port or 80)
        self._account = account
        self._a = 0x5EED_0F_5A1F
        self._big_a = int(gmpy2.powmod(srp.G, self._a, srp.N))

    def sign_in(self) -> float:
        account = self._account
        begun = time.perf_counter()
        challenge = self._call(
            "InitiateAuth",
            {
                "AuthFlow": "USER_SRP_AUTH",
                "ClientId": account.client_id,
                "AuthParameters": {"USERNAME": account.username, "SRP_A": f"{self._big_a:x}"},
            },
        )
        asked = time.perf_counter()
        given = challenge["ChallengeParameters"]
        now = datetime.now(UTC)
        stamp = f"{now:%a %b} {now.day} {now:%H:%M:%S UTC %Y}"
        responses = {
            "USERNAME": given["USER_ID_FOR_SRP"],
            "TIMESTAMP": stamp,
            "PASSWORD_CLAIM_SECRET_BLOCK": given["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": self._signature(given, stamp),
        }
        answered = time.perf_counter()
        done = self._call(
            "RespondToAuthChallenge",
            {
                "ClientId": account.client_id,
                "ChallengeName": "PASSWORD_VERIFIER",
                "Session": challenge.get("Session"),
                "ChallengeResponses": responses,
            },
        )
        done["AuthenticationResult"]["AccessToken"]
        return (asked - begun) + (time.perf_counter() - answered)

    def _signature(self, given: dict[str, str], stamp: str) -> str:
        user_id, scope = given["USER_ID_FOR_SRP"], srp.pool_scope(self._account.pool_id)
        big_b = int(given["SRP_B"], 16)
        x = srp.password_exponent(int(given["SALT"], 16), scope, user_id, self._account.password)
        u = srp.scrambler(self._big_a, big_b)
        base = (big_b - srp.K * int(gmpy2.powmod(srp.G, x, srp.N))) % srp.N
        key = srp.session_key(int(gmpy2.powmod(base, self._a + u * x, srp.N)), u)
        block = base64.b64decode(given["SECRET_BLOCK"])
        return base64.b64encode(srp.claim(key, scope, user_id, block, stamp)).decode()

    def _call(self, operation: str, parameters: dict[str, object]) -> dict[str, dict[str, str]]:
        self._connection.request(
            "POST",
            "/",
            json.dumps({name: each for name, each in parameters.items() if each is not None}),
            {**_HEADERS, "X-Amz-Target": _TARGET + operation},
        )
        answer: dict[str, dict[str, str]] = json.loads(self._connection.getresponse().read())
        return answer
