"""Whose tokens to preview: a request to an ``Authentication``, of a real user or a made-up one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from poolhouse.domain import scopes
from poolhouse.domain.authentication import (
    SELF_SERVICE_SCOPE,
    Authentication,
    TriggerSource,
    is_traceable,
)
from poolhouse.domain.records import (
    AppClient,
    EventVersion,
    Group,
    TriggerConfiguration,
    User,
    UserPool,
)
from poolhouse.errors import InvalidParameterException
from poolhouse.house import House
from poolhouse.store import clients, groups, pools, users

_MACHINE = "TokenGeneration_ClientCredentials"
_OAUTH_SOURCES = frozenset({"TokenGeneration_HostedAuth", _MACHINE})
_KINDS: Mapping[str, type] = {
    "pool": str,
    "client": str,
    "user": str,
    "attributes": dict,
    "groups": list,
    "source": str,
    "scopes": list,
    "metadata": dict,
    "function": str,
    "version": str,
}


def check(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """The request, its members' names and types checked. Raises the service's parameter errors."""
    for name, value in request.items():
        if name not in _KINDS:
            raise InvalidParameterException(f"A preview has no member {name}.")
        if value is not None and not isinstance(value, _KINDS[name]):
            raise InvalidParameterException(f"{name} must be a {_KINDS[name].__name__}.")
    for name in ("pool", "client"):
        if not request.get(name):
            raise InvalidParameterException(f"{name} is required.")
    for name in ("attributes", "metadata"):
        _check_strings(name, (request.get(name) or {}).values())
    for name in ("groups", "scopes"):
        _check_strings(name, request.get(name) or [])
    return request


def _check_strings(name: str, values: Any) -> None:
    if not all(isinstance(value, str) for value in values):
        raise InvalidParameterException(f"{name} must hold strings only.")


async def authentication(house: House, request: Mapping[str, Any]) -> Authentication:
    """The sign-in, refresh or machine grant to preview. Raises the not-found errors."""
    pool = await pools.get(house.db, request["pool"])
    client = await clients.get(house.db, house.sealer, pool.id, request["client"])
    source = _source(request.get("source") or "TokenGeneration_Authentication")
    by_oauth = source in _OAUTH_SOURCES
    user: User | None = None
    members: tuple[Group, ...] = ()
    if source != _MACHINE:
        user, members = await _user(house, pool, request)
    return Authentication(
        pool=pool,
        client=client,
        source=source,
        user=user,
        groups=members,
        scopes=_scopes(client, source, request.get("scopes")),
        auth_time=house.clock.now_ms() // 1000,
        event_id=house.ids.uuid() if user else None,
        origin_jti=house.ids.uuid() if user and is_traceable(client) else None,
        by_oauth=by_oauth,
        client_metadata=request.get("metadata") or None,
    )


def _source(name: str) -> TriggerSource:
    for source in get_args(TriggerSource):
        if name in (source, source.removeprefix("TokenGeneration_")):
            known: TriggerSource = source
            return known
    raise InvalidParameterException(f"{name} is no trigger source.")


def _scopes(client: AppClient, source: str, asked: list[str] | None) -> tuple[str, ...]:
    if source == _MACHINE:
        return tuple(asked) if asked else scopes.custom(client.oauth_scopes)
    if source in _OAUTH_SOURCES:
        return tuple(asked) if asked else client.oauth_scopes
    return tuple(asked) if asked else (SELF_SERVICE_SCOPE,)


async def _user(
    house: House, pool: UserPool, request: Mapping[str, Any]
) -> tuple[User, tuple[Group, ...]]:
    """A user of the pool, or one made up for the occasion; given groups replace the real ones."""
    now_ms = house.clock.now_ms()
    attributes = request.get("attributes") or {}
    if request.get("user"):
        user = await users.get(house.db, pool, request["user"])
        user = replace(user, attributes={**user.attributes, **attributes})
        members = await groups.of_user(house.db, pool.id, user.sub)
    else:
        sub = house.ids.uuid()
        user = User(
            pool_id=pool.id,
            sub=sub,
            username=attributes.get("preferred_username", "nobody"),
            status="CONFIRMED",
            enabled=True,
            created_ms=now_ms,
            modified_ms=now_ms,
            attributes={"sub": sub, **attributes},
        )
        members = ()
    if request.get("groups") is not None:
        made_up = Group(pool.id, "", None, None, None, now_ms, now_ms)
        members = tuple(replace(made_up, name=name) for name in request["groups"])
    return user, members


def function(subject: Authentication, request: Mapping[str, Any]) -> TriggerConfiguration | None:
    """The trigger to try instead of the pool's; None when the request names none."""
    configured = subject.pool.pre_token_generation
    arn = request.get("function") or (configured.function_arn if configured else None)
    if arn is None or not (request.get("function") or request.get("version")):
        return None
    fallback = configured.version if configured else "V2_0"
    return TriggerConfiguration(arn, _version(request.get("version") or fallback))


def _version(name: str) -> EventVersion:
    for version in get_args(EventVersion):
        if name in (version, version.removesuffix("_0")):
            known: EventVersion = version
            return known
    raise InvalidParameterException(f"{name} is no event version.")
