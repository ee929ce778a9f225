"""Auth events: what threat protection remembers of a user's sign-ins and their neighbours.

Source: Amazon Cognito API reference, AuthEventType; developer guide, "Viewing and exporting user
event history".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

EventType = Literal["SignIn", "SignUp", "ForgotPassword", "PasswordChange", "ResendCode"]
EventResponse = Literal["Pass", "Fail", "InProgress"]
RiskLevel = Literal["Low", "Medium", "High"]
RiskDecision = Literal["NoRisk", "AccountTakeover", "Block"]
ChallengeName = Literal["Password", "Mfa"]

KEPT_MS = 2 * 365 * 24 * 3_600_000
"""How long events are kept."""


@dataclass(frozen=True, slots=True)
class Risk:
    """What was thought of a sign-in; ``level`` is None where there was no risk."""

    decision: RiskDecision = "NoRisk"
    level: RiskLevel | None = None
    compromised_credentials: bool = False


@dataclass(frozen=True, slots=True)
class Feedback:
    value: Literal["Valid", "Invalid"]
    provider: str
    given_ms: int


@dataclass(frozen=True, slots=True)
class AuthEvent:
    """``challenges`` are the factors that were tried, in order, and whether each was shown.

    ``request_id`` is that of the request which brought it about, or of its latest step
    (``request-of-an-event``).
    """

    pool_id: str
    event_id: str
    sub: str
    client_id: str | None
    event_type: EventType
    response: EventResponse
    created_ms: int
    address: str = ""
    device: str = ""
    challenges: tuple[tuple[ChallengeName, bool], ...] = ()
    risk: Risk = Risk()
    feedback: Feedback | None = None
    request_id: str = ""
    idp_name: str = ""

    def continued(self, later: AuthEvent) -> AuthEvent:
        """This event after a further step of the same sign-in."""
        risk = later.risk if later.risk.level or later.risk.decision != "NoRisk" else self.risk
        compromised = self.risk.compromised_credentials or later.risk.compromised_credentials
        # A step may be weighed twice: right away, and once a temporary password is replaced.
        again = self.challenges[-1:] == later.challenges[:1]
        return replace(
            self,
            response=later.response,
            request_id=later.request_id or self.request_id,
            challenges=(*self.challenges, *(later.challenges[1:] if again else later.challenges)),
            risk=replace(risk, compromised_credentials=compromised),
        )
