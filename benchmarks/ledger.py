"""Load that remembers what was acknowledged, and afterwards asks whether all of it is still there.

Each actor signs somebody up, confirms, signs in, rotates the refresh token, and now and then
revokes it. A call without an answer is in doubt: neither outcome of it is a loss.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

PASSWORD = "Corr3ct-Horse!"
_ROTATIONS = 3
_PAUSE_AFTER_ERROR_SECONDS = 0.05


@dataclass
class Account:
    """What the server said yes to. ``current`` is the refresh token that has to work, if any."""

    username: str
    confirmed: bool = False
    current: str | None = None
    rotated: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Call:
    """One request: when it was sent and answered, and its error (None: acknowledged)."""

    operation: str
    sent: float
    answered: float
    error: str | None


class Load:
    """``actors`` threads until :meth:`stop`; ``make_client`` gives each a boto3 client."""

    def __init__(
        self, make_client: Callable[[], Any], pool_id: str, client_id: str, actors: int
    ) -> None:
        self.calls: list[Call] = []
        self.accounts: list[Account] = []
        self._make_client = make_client
        self._pool_id = pool_id
        self._client_id = client_id
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._act, args=(n,)) for n in range(actors)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def _act(self, actor: int) -> None:
        idp = self._make_client()
        for number in itertools.count():
            if self._ending.is_set():
                return
            try:
                self._live(idp, f"user-{actor}-{number}", revoke=number % 3 == 2)
            except (BotoCoreError, ClientError):
                time.sleep(_PAUSE_AFTER_ERROR_SECONDS)

    def _live(self, idp: Any, username: str, *, revoke: bool) -> None:
        app = {"ClientId": self._client_id}
        self._call(idp, "sign_up", **app, Username=username, Password=PASSWORD)
        account = Account(username)
        self.accounts.append(account)
        self._call(idp, "admin_confirm_sign_up", UserPoolId=self._pool_id, Username=username)
        account.confirmed = True
        parameters = {"USERNAME": username, "PASSWORD": PASSWORD}
        tokens = self._call(
            idp, "initiate_auth", **app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
        )
        token = account.current = tokens["AuthenticationResult"]["RefreshToken"]
        for _ in range(_ROTATIONS):
            account.current = None  # in doubt, until the answer
            tokens = self._call(idp, "get_tokens_from_refresh_token", **app, RefreshToken=token)
            account.rotated.append(token)
            token = account.current = tokens["AuthenticationResult"]["RefreshToken"]
        if revoke:
            account.current = None
            self._call(idp, "revoke_token", **app, Token=token)
            account.revoked.append(token)

    def _call(self, idp: Any, operation: str, **parameters: Any) -> Any:
        sent = time.monotonic()
        error: str | None = "unknown"
        try:
            answer = getattr(idp, operation)(**parameters)
            error = None
        except ClientError as problem:
            status = problem.response["ResponseMetadata"]["HTTPStatusCode"]
            error = f"{status} {problem.response['Error']['Code']}"
            raise
        except BotoCoreError as problem:
            error = type(problem).__name__
            raise
        else:
            return answer
        finally:
            self.calls.append(Call(operation, sent, time.monotonic(), error))


@dataclass(frozen=True)
class Impact:
    """What callers noticed between an event and the next one."""

    event: str
    answers: int
    errors: dict[str, int]
    recovered_seconds: float | None
    """From the event to the first yes to a call that was sent after it; None: there was none."""
    longest_gap_seconds: float
    """Longest time in which nobody was told yes."""


def impact(event: str, since: float, until: float, calls: Iterable[Call]) -> Impact:
    """Judge the calls that ended between ``since`` and ``until`` (monotonic seconds)."""
    ended = sorted(
        (call for call in calls if since <= call.answered < until), key=lambda call: call.answered
    )
    good = [call for call in ended if call.error is None]
    first = next((call.answered for call in good if call.sent >= since), None)
    times = [since, *(call.answered for call in good), until]
    return Impact(
        event=event,
        answers=len(good),
        errors=dict(Counter(call.error for call in ended if call.error is not None)),
        recovered_seconds=None if first is None else round(first - since, 3),
        longest_gap_seconds=round(max(b - a for a, b in itertools.pairwise(times)), 3),
    )


def losses(
    make_client: Callable[[], Any],
    pool_id: str,
    client_id: str,
    accounts: Iterable[Account],
    *,
    askers: int = 4,
) -> list[str]:
    """A sentence for each acknowledged write that is not there any more."""
    local = threading.local()

    def ask(account: Account) -> list[str]:
        if not hasattr(local, "idp"):
            local.idp = make_client()
        return list(_lost_of(local.idp, pool_id, client_id, account))

    with ThreadPoolExecutor(askers) as pool:
        return [sentence for found in pool.map(ask, accounts) for sentence in found]


def _lost_of(idp: Any, pool_id: str, client_id: str, account: Account) -> Iterable[str]:
    name = account.username
    try:
        user = idp.admin_get_user(UserPoolId=pool_id, Username=name)
    except idp.exceptions.UserNotFoundException:
        yield f"{name}: the user is gone"
        return
    if account.confirmed and user["UserStatus"] != "CONFIRMED":
        yield f"{name}: the confirmation is gone"
    # The one that works comes first: use of a spent one revokes all of its family.
    if account.current is not None and not _works(idp, client_id, account.current):
        yield f"{name}: the refresh token does not work"
    for token in account.revoked:
        if _works(idp, client_id, token):
            yield f"{name}: a revoked refresh token works"
    for token in account.rotated:
        if _works(idp, client_id, token):
            yield f"{name}: a rotated refresh token works again"


def _works(idp: Any, client_id: str, token: str) -> bool:
    try:
        idp.get_tokens_from_refresh_token(ClientId=client_id, RefreshToken=token)
    except (
        idp.exceptions.NotAuthorizedException,
        idp.exceptions.RefreshTokenReuseException,
    ):
        return False
    return True
