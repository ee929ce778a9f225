"""The OAuth endpoints as clients speak to them, and sign-ins as the pages will leave them."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from account_world import World
from lambda_world import on_server
from poolhouse.domain.authentication import Authentication
from poolhouse.store import clients, groups, pools, users
from poolhouse.tokens.issue import TokenSet, issue
from raw_http import Answer
from server import Site

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class OAuthClient:
    """The credentials of a confidential client."""

    id: str
    secret: str

    @property
    def basic(self) -> str:
        """The Authorization header; nothing in it is percent-encoded."""
        pair = f"{self.id}:{self.secret}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"


def machine_client(
    world: World, scopes: Sequence[str], *, by_api: bool = False, **settings: Any
) -> OAuthClient:
    """A client for client_credentials; with ``by_api`` for GetClientToken instead."""
    if by_api:
        settings["ExplicitAuthFlows"] = ["ALLOW_CLIENT_TOKEN_AUTH"]
        settings["AllowedOAuthScopes"] = list(scopes)
    else:
        settings["AllowedOAuthFlows"] = ["client_credentials"]
        settings["AllowedOAuthFlowsUserPoolClient"] = True
        settings["AllowedOAuthScopes"] = list(scopes)
    if "ClientSecret" not in settings:
        settings["GenerateSecret"] = True
    made = world.idp.create_user_pool_client(
        UserPoolId=world.pool_id, ClientName="machine", **settings
    )["UserPoolClient"]
    return OAuthClient(made["ClientId"], made["ClientSecret"])


def send(
    server: Site,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request; a ``Host`` among the headers is sent as it is."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    try:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, named, answer.read())
    finally:
        connection.close()


def post(
    server: Site,
    path: str,
    form: Mapping[str, str] | Iterable[tuple[str, str]] | bytes,
    client: OAuthClient | None = None,
    **headers: str,
) -> Answer:
    """Post a form, with Basic credentials if a client is given."""
    body = form if isinstance(form, bytes) else urlencode(_pairs(form)).encode()
    sent = {"Content-Type": FORM, **headers}
    if client is not None:
        sent["Authorization"] = client.basic
    return send(server, "POST", path, body, sent)


def _pairs(form: Mapping[str, str] | Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(form.items()) if isinstance(form, Mapping) else list(form)


def post_token(
    world: World, form: Mapping[str, str] | bytes, client: OAuthClient | None = None
) -> Answer:
    """Post to the pool's token endpoint."""
    return post(world.server, f"/{world.pool_id}/oauth2/token", form, client)


def post_revoke(
    world: World, form: Mapping[str, str] | bytes, client: OAuthClient | None = None
) -> Answer:
    """Post to the pool's revocation endpoint."""
    return post(world.server, f"/{world.pool_id}/oauth2/revoke", form, client)


def error_of(answer: Answer) -> tuple[int, str, str | None]:
    """Status, code and description of a refusal."""
    document = json.loads(answer.body)
    return answer.status, document["error"], document.get("error_description")


def sign_in_by_oauth(
    world: World, username: str, client_id: str, scopes: Sequence[str], **more: Any
) -> TokenSet:
    """Tokens of a browser sign-in, made where the pages make them: in the mint."""
    house = world.server.house

    async def make() -> TokenSet:
        user = await users.get(house.db, await pools.get(house.db, world.pool_id), username)
        authentication = Authentication(
            pool=await pools.get(house.db, world.pool_id),
            client=await clients.get(house.db, house.sealer, world.pool_id, client_id),
            source="TokenGeneration_HostedAuth",
            user=user,
            groups=await groups.of_user(house.db, world.pool_id, user.sub),
            scopes=tuple(scopes),
            auth_time=house.clock.now_ms() // 1000,
            by_oauth=True,
            **more,
        )
        return await issue(house, authentication, with_refresh_token=True)

    return on_server(world.server, make())
