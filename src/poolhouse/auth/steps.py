"""What a flow works with: the request it got, what was proven, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from poolhouse.domain.authentication import TriggerSource
from poolhouse.domain.records import AppClient, User, UserPool
from poolhouse.errors import InvalidParameterException
from poolhouse.tokens.issue import TokenSet


@dataclass(frozen=True, slots=True)
class FlowRequest:
    """One call of InitiateAuth, RespondToAuthChallenge or their Admin twins.

    ``parameters`` are the AuthParameters or ChallengeResponses; ``by_admin`` tells the twins
    apart: it is who calls, and the only difference there is.
    """

    pool: UserPool
    client: AppClient
    parameters: Mapping[str, str]
    by_admin: bool
    client_metadata: Mapping[str, str] | None = None
    session: str | None = None

    def required(self, name: str) -> str:
        """Raises :class:`InvalidParameterException` when the parameter is missing or empty."""
        value = self.parameters.get(name)
        if not value:
            raise InvalidParameterException(f"Missing required parameter {name}")
        return value


@dataclass(frozen=True, slots=True)
class Proof:
    """A user who has shown a factor; what comes next is :mod:`poolhouse.auth.next_step`'s."""

    request: FlowRequest
    user: User
    source: TriggerSource = "TokenGeneration_Authentication"
    client_metadata: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """The client must answer something first. ``session`` is the value it sends back.

    None where the parameters themselves carry what the answer needs.
    """

    name: str
    session: str | None
    parameters: Mapping[str, str] = field(default_factory=dict)


Step = Challenge | TokenSet
