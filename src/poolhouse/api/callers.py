"""Who calls, as the model says: an administrator who signs, a user with a token, a client."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request as HttpRequest

from poolhouse import administrators
from poolhouse.api.contract import Operation
from poolhouse.api.registry import Bearer, Call, Request
from poolhouse.house import House
from poolhouse.tokens import verify

_SERVICE = "cognito-idp"

# GetClientToken and GetDerivedToken are signed by SDKs, but the client's own secret is what counts.
AUTHENTICATED_BY_CLIENT = frozenset({"GetClientToken", "GetDerivedToken"})


@dataclass(frozen=True, slots=True)
class Caller:
    """``region`` comes from the credential scope, or from the settings when nothing is signed."""

    region: str


def authenticate(house: House, operation: Operation, http: HttpRequest, body: bytes) -> Caller:
    """Judge the signature where the model asks for one. Raises the service's exceptions."""
    settings = house.settings
    if not operation.signed or (
        operation.name in AUTHENTICATED_BY_CLIENT and "authorization" not in http.headers
    ):
        return Caller(settings.region)
    signature = administrators.authenticate(house, http, body, service=_SERVICE)
    return Caller(signature.region)


async def identify(
    house: House,
    operation: Operation,
    http: HttpRequest,
    caller: Caller,
    request: Request,
    request_id: str,
) -> Call:
    """The call, with the user behind its access token verified where it carries one."""
    bearer = None
    if operation.takes_access_token and "AccessToken" in request:
        verified = await verify.self_service(house, request["AccessToken"])
        bearer = Bearer(verified.pool, verified.client, verified.user, verified.claims)
    return Call(
        house=house,
        operation=operation.name,
        request_id=request_id,
        region=caller.region,
        now_ms=house.clock.now_ms(),
        client_address=http.client.host if http.client else "",
        headers=http.headers,
        _bearer=bearer,
    )


def admit_user(call: Call, request: Request) -> None:
    """Count the request for the user it is about. Raises :class:`TooManyRequestsException`.

    The name is not looked up: a limit must not tell which users there are.
    """
    if call.has_bearer:
        call.house.throttle.admit_user(call.operation, call.bearer.pool.id, call.bearer.user.sub)
    elif "Username" in request:
        place = request.get("UserPoolId") or request.get("ClientId", "")
        call.house.throttle.admit_user(call.operation, place, request["Username"])
