"""Requests of an app client about a name: proving the client, and finding whom it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from poolhouse.domain import secret_hash, usernames
from poolhouse.domain.authentication import Visitor
from poolhouse.domain.records import AppClient, User, UserPool
from poolhouse.domain.trigger_events import Caller
from poolhouse.errors import UserNotFoundException
from poolhouse.house import House
from poolhouse.store import users


@dataclass(frozen=True, slots=True)
class AppRequest:
    """``username`` is the name as sent: a username, an alias, a sign-in attribute or a sub.

    ``visitor`` is from where it came, as far as that is known.
    """

    pool: UserPool
    client: AppClient
    username: str
    secret_hash: str | None = None
    client_metadata: Mapping[str, str] | None = None
    visitor: Visitor = field(default_factory=Visitor)

    @property
    def caller(self) -> Caller:
        """What functions are told of the app."""
        return Caller(self.client.id, self.client_metadata)

    def prove_client(self, *other_names: str) -> None:
        """Raises :class:`NotAuthorizedException` for a client that does not prove its secret."""
        secret_hash.check(self.client, [self.username, *other_names], self.secret_hash)


async def find_user(house: House, request: AppRequest) -> User | None:
    """The user meant; None when there is none and the client wants that kept secret.

    Raises :class:`NotAuthorizedException` for the client, and :class:`UserNotFoundException`.
    """
    user = await users.find(house.db, request.pool, request.username)
    request.prove_client(*((user.username, user.sub) if user else ()))
    if user is None and not request.client.hides_user_existence:
        raise UserNotFoundException("Username/client id combination not found.")
    return user


def subject(house: House, request: AppRequest, user: User | None) -> str:
    """Whose attempts to count: the user's, or those at a name that nobody has.

    Without a limit for unknown names, reaching one would tell that a user exists
    (``unknown-names-limited``).
    """
    if user is not None:
        return user.sub
    name = usernames.key(request.pool, request.username)
    return f"unknown {house.sealer.keyed_hash(name, f'attempts {request.pool.id}')}"
