"""What a flow works with: the request it got, what was proven, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from poolhouse.domain.authentication import TriggerSource, Visitor
from poolhouse.domain.custom_challenges import History
from poolhouse.domain.records import AppClient, User, UserPool
from poolhouse.errors import InvalidParameterException
from poolhouse.tokens.issue import TokenSet


@dataclass(frozen=True, slots=True)
class FlowRequest:
    """One call of InitiateAuth, RespondToAuthChallenge or their Admin twins.

    ``parameters`` are the AuthParameters or ChallengeResponses; ``by_admin`` tells the twins
    apart: it is who calls, and the only difference there is. ``client_metadata`` is that of a
    challenge's answer; that of a first call is ``validation_data``, since it reaches other
    triggers. ``client_address`` is the caller's IP address and ``user_agent`` its
    ``User-Agent``; ``context_data`` is the device's fingerprint (``UserContextData``, or
    ``ContextData`` of an administrator). ``event_id`` is the sign-in's, if this is its first step.
    ``request_id`` is the call's own. ``idp_name`` is the identity provider that vouches,
    if one does.
    """

    pool: UserPool
    client: AppClient
    parameters: Mapping[str, str]
    by_admin: bool
    client_metadata: Mapping[str, str] | None = None
    session: str | None = None
    validation_data: Mapping[str, str] | None = None
    client_address: str = ""
    context_data: Mapping[str, Any] | None = None
    user_agent: str = ""
    event_id: str | None = None
    request_id: str = ""
    idp_name: str = ""

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.client_address, self.user_agent, self.request_id)

    def required(self, name: str) -> str:
        """Raises :class:`InvalidParameterException` when the parameter is missing or empty."""
        value = self.parameters.get(name)
        if not value:
            raise InvalidParameterException(f"Missing required parameter {name}")
        return value


@dataclass(frozen=True, slots=True)
class Proof:
    """A user who has shown a factor; what comes next is :mod:`poolhouse.auth.next_step`'s.

    ``methods`` are the factors shown so far, in order, as ``amr`` values (RFC 8176, with Cognito's
    own). ``second_factor`` tells that one of them came on top of a first one. ``device_key`` is
    the known device they sign in from, and ``device_proven`` that it vouched for itself.
    ``asked`` is the level of assurance that the sign-in must reach
    (:mod:`poolhouse.auth.step_up`), if it was asked for one. ``custom`` is the history of a
    sign-in that functions lead (:mod:`poolhouse.auth.custom_auth`), which they have yet to end;
    ``decided``: they have, and nothing more is asked for. ``at_risk``: threat protection wants a
    second factor, whatever device this is.
    """

    request: FlowRequest
    user: User
    source: TriggerSource = "TokenGeneration_Authentication"
    client_metadata: Mapping[str, str] | None = None
    methods: tuple[str, ...] = ()
    second_factor: bool = False
    device_key: str | None = None
    device_proven: bool = False
    asked: Mapping[str, Any] | None = None
    custom: History | None = None
    decided: bool = False
    event_id: str | None = None
    at_risk: bool = False

    def carried(self) -> dict[str, Any]:
        """What an auth session keeps of this proof while another step is asked for."""
        return {
            "source": self.source,
            "methods": list(self.methods),
            "second_factor": self.second_factor,
            "device_key": self.device_key,
            "device_proven": self.device_proven,
            "asked": self.asked,
            "custom": None if self.custom is None else list(self.custom),
            "event_id": self.event_id or self.request.event_id,
            "at_risk": self.at_risk,
        }

    @classmethod
    def resumed(
        cls, request: FlowRequest, user: User, carried: Mapping[str, Any], *methods: str
    ) -> Proof:
        """The proof of earlier steps (see :meth:`carried`), with what this step has shown."""
        return cls(
            request,
            user,
            source=carried["source"],
            client_metadata=request.client_metadata,
            methods=(*carried["methods"], *methods),
            second_factor=carried["second_factor"],
            device_key=carried["device_key"],
            device_proven=carried["device_proven"],
            asked=carried.get("asked"),
            custom=None if carried.get("custom") is None else tuple(carried["custom"]),
            event_id=carried.get("event_id"),
            at_risk=carried.get("at_risk", False),
        )

    @classmethod
    def strengthened(
        cls, request: FlowRequest, user: User, carried: Mapping[str, Any], method: str
    ) -> Proof:
        """The same, where this step was a second factor (``source-after-mfa``)."""
        return replace(
            cls.resumed(request, user, carried, method),
            source="TokenGeneration_Authentication",
            second_factor=True,
        )


NOTHING_SHOWN: Mapping[str, Any] = {
    "source": "TokenGeneration_Authentication",
    "methods": [],
    "second_factor": False,
    "device_key": None,
    "device_proven": False,
    "asked": None,
    "custom": None,
    "event_id": None,
    "at_risk": False,
}
"""What is carried (:meth:`Proof.carried`) before anything was shown."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """The client must answer something first. ``session`` is the value it sends back.

    None where the parameters themselves carry what the answer needs. ``available`` are the
    challenges to select from in a choice-based sign-in.
    """

    name: str
    session: str | None
    parameters: Mapping[str, str] = field(default_factory=dict)
    available: tuple[str, ...] = ()


Step = Challenge | TokenSet
