"""Pools in which the cases of token customization happen: here, or in an account at AWS."""

from __future__ import annotations

import base64
import io
import json
import secrets
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from poolhouse import vectors
from poolhouse.vectors import Case, Subject

_PASSWORD = "Harbour-lights-7"
_HARMLESS: Mapping[str, Any] = {}
"""An answer that returns the event as it came."""


@dataclass(slots=True)
class _Pool:
    """One pool, for the cases of one subject and event version."""

    pool_id: str
    client_id: str
    secret: str | None
    refresh_token: str | None = None


@dataclass(slots=True)
class VectorPools:
    """Makes what cases need, as they need it, and takes it away again with ``remove``."""

    idp: Any
    functions: Any
    role_arn: str
    _function: str = field(default_factory=lambda: f"poolhouse-vectors-{secrets.token_hex(4)}")
    _arn: str | None = None
    _answer: Mapping[str, Any] | None = None
    _made: dict[tuple[int, str], _Pool] = field(default_factory=dict)

    def run(self, case: Case, *, strict: bool) -> list[str]:
        """Differences between what happens and what ``case`` expects; empty when none."""
        key = (id(case.subject), case.version)
        pool = self._made.get(key)
        if pool is None:
            pool = self._made[key] = self._make_pool(case.subject, case.version)
        if case.subject.flow == "refresh" and pool.refresh_token is None:
            self._let_function_answer(_HARMLESS)
            pool.refresh_token = self._sign_in(pool, case.subject)["RefreshToken"]
        self._let_function_answer(case.answer)
        try:
            tokens = self._tokens(pool, case.subject)
        except ClientError as refusal:
            error = refusal.response["Error"]
            return vectors.check_error(case, error["Code"], error["Message"])
        id_token = tokens.get("IdToken")
        return vectors.check(
            case,
            _claims(id_token) if id_token else None,
            _claims(tokens["AccessToken"]),
            strict=strict,
        )

    def remove(self) -> None:
        """Delete every pool and the function."""
        for pool in self._made.values():
            self.idp.delete_user_pool(UserPoolId=pool.pool_id)
        if self._arn is not None:
            self.functions.delete_function(FunctionName=self._function)

    # --- the function ---

    def _let_function_answer(self, answer: Mapping[str, Any]) -> None:
        if answer == self._answer and self._arn is not None:
            return
        package = _package(vectors.function_source(answer))
        if self._arn is None:
            self._arn = self._deploy(package)
        else:
            self.functions.update_function_code(FunctionName=self._function, ZipFile=package)
            waiter = self.functions.get_waiter("function_updated_v2")
            waiter.wait(FunctionName=self._function)
        self._answer = answer

    def _deploy(self, package: bytes) -> str:
        created = self.functions.create_function(
            FunctionName=self._function,
            Runtime="python3.13",
            Role=self.role_arn,
            Handler="index.handler",
            Code={"ZipFile": package},
        )
        self.functions.get_waiter("function_active_v2").wait(FunctionName=self._function)
        self.functions.add_permission(
            FunctionName=self._function,
            StatementId="pools",
            Action="lambda:InvokeFunction",
            Principal="cognito-idp.amazonaws.com",
        )
        return str(created["FunctionArn"])

    # --- pools ---

    def _make_pool(self, subject: Subject, version: str) -> _Pool:
        if self._arn is None:
            self._let_function_answer(_HARMLESS)
        own = [name for name in subject.attributes if name.startswith(("custom:", "dev:custom:"))]
        schema = {"Schema": [_attribute(name) for name in own]} if own else {}
        pool_id = self.idp.create_user_pool(
            PoolName=self._function,
            **schema,
            LambdaConfig={
                "PreTokenGenerationConfig": {"LambdaArn": self._arn, "LambdaVersion": version}
            },
        )["UserPool"]["Id"]
        if subject.flow == "client_credentials":
            return self._with_machine(pool_id, subject)
        return self._with_user(pool_id, subject)

    def _with_machine(self, pool_id: str, subject: Subject) -> _Pool:
        servers: dict[str, list[str]] = {}
        for scope in subject.scopes:
            identifier, _, name = scope.rpartition("/")
            servers.setdefault(identifier, []).append(name)
        for identifier, names in servers.items():
            self.idp.create_resource_server(
                UserPoolId=pool_id,
                Identifier=identifier,
                Name=identifier,
                Scopes=[{"ScopeName": name, "ScopeDescription": name} for name in names],
            )
        client = self.idp.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="machine",
            GenerateSecret=True,
            ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"],
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["client_credentials"],
            AllowedOAuthScopes=list(subject.scopes),
        )["UserPoolClient"]
        return _Pool(pool_id, client["ClientId"], client["ClientSecret"])

    def _with_user(self, pool_id: str, subject: Subject) -> _Pool:
        reads = {} if subject.read is None else {"ReadAttributes": sorted(subject.read)}
        client = self.idp.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="app",
            ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            **reads,
        )["UserPoolClient"]["ClientId"]
        self.idp.admin_create_user(
            UserPoolId=pool_id,
            Username=subject.username,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": name, "Value": value} for name, value in subject.attributes.items()
            ],
        )
        self.idp.admin_set_user_password(
            UserPoolId=pool_id, Username=subject.username, Password=_PASSWORD, Permanent=True
        )
        for group in subject.groups:
            given = {"RoleArn": group.role, "Precedence": group.precedence}
            self.idp.create_group(
                UserPoolId=pool_id,
                GroupName=group.name,
                **{name: value for name, value in given.items() if value is not None},
            )
            self.idp.admin_add_user_to_group(
                UserPoolId=pool_id, Username=subject.username, GroupName=group.name
            )
        return _Pool(pool_id, client, None)

    # --- tokens ---

    def _tokens(self, pool: _Pool, subject: Subject) -> Mapping[str, Any]:
        if subject.flow == "client_credentials":
            answer = self.idp.get_client_token(
                ClientId=pool.client_id, Secret=pool.secret, Scopes=list(subject.scopes)
            )
            return dict(answer["ClientAuthenticationResult"])
        if subject.flow == "refresh":
            answer = self.idp.initiate_auth(
                ClientId=pool.client_id,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": pool.refresh_token},
            )
            return dict(answer["AuthenticationResult"])
        return self._sign_in(pool, subject)

    def _sign_in(self, pool: _Pool, subject: Subject) -> Mapping[str, Any]:
        answer = self.idp.admin_initiate_auth(
            UserPoolId=pool.pool_id,
            ClientId=pool.client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": subject.username, "PASSWORD": _PASSWORD},
        )
        return dict(answer["AuthenticationResult"])


def _attribute(name: str) -> dict[str, Any]:
    return {
        "Name": name.removeprefix("dev:").removeprefix("custom:"),
        "AttributeDataType": "String",
        "Mutable": True,
        "DeveloperOnlyAttribute": name.startswith("dev:"),
    }


def _package(source: str) -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", source)
    return package.getvalue()


def _claims(token: str) -> dict[str, Any]:
    """The claims, unverified: the cases are about what a token says."""
    segment = token.split(".")[1]
    claims: dict[str, Any] = json.loads(
        base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    )
    return claims
