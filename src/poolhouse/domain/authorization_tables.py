"""Working backwards from authorization: who may do what, written down before the function is.

A table of personas and API actions, each cell allow or deny. What decides an action is what will
decide it in production: the scopes of an API Gateway route, or Cedar policies as in Amazon Verified
Permissions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast, get_args

from poolhouse.domain.policy_documents import Problem, Reader

Decision = Literal["allow", "deny"]
Authorizer = Literal["http-api", "rest-api"]
CedarToken = Literal["access", "id", "both"]

_DECISIONS: Final = get_args(Decision)


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody tokens are minted for: a user of the pool, somebody made up, or a machine.

    ``subject`` has the members of a preview's subject: ``user``, or ``attributes`` and ``groups``;
    ``source``, ``scopes``, ``metadata`` and ``client`` where they differ from the rest.
    """

    name: str
    subject: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """A route that opens to any one of ``scopes``; none are asked for where it is empty."""

    authorizer: Authorizer
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CedarRule:
    """One authorization request. ``action`` and ``resource`` are Cedar entities, as written there:
    ``Harbour::Action::"Moor"``.
    """

    action: str
    resource: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PolicyStore:
    """The policies of the Cedar rules, and how tokens become principals (identity source)."""

    policies: str
    principal_type: str
    group_type: str
    token: CedarToken
    entities: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class AuthorizationTable:
    """``expected`` has a decision for each persona and action, by their names."""

    personas: tuple[Persona, ...]
    actions: Mapping[str, ScopeRule | CedarRule]
    expected: Mapping[tuple[str, str], Decision]
    store: PolicyStore | None


def read(document: Mapping[str, Any]) -> AuthorizationTable:
    """The document as a value. Raises :class:`~poolhouse.errors.InvalidParameterException` that
    names the first thing that is wrong, and where.
    """
    reader = Reader("table", document)
    reader.only("personas", "actions", "expect", "cedar")
    personas = tuple(_persona(name, each) for name, each in reader.named("personas").items())
    if not personas:
        raise Problem("table needs personas.")
    actions = {name: _rule(each) for name, each in reader.named("actions").items()}
    if not actions:
        raise Problem("table needs actions.")
    store = _store(reader.object("cedar")) if "cedar" in document else None
    if store is None and any(isinstance(rule, CedarRule) for rule in actions.values()):
        raise Problem("table.cedar is needed where an action asks for a Cedar decision.")
    return AuthorizationTable(personas, actions, _expected(reader, personas, actions), store)


def _persona(name: str, reader: Reader) -> Persona:
    members = ("user", "attributes", "groups", "source", "scopes", "metadata", "client")
    reader.only(*members)
    given = reader.members(*members)
    if "user" in given and ("attributes" in given or "groups" in given):
        raise Problem(f"{reader.place} is a user, or has attributes and groups; not both.")
    return Persona(name, given)


def _rule(reader: Reader) -> ScopeRule | CedarRule:
    reader.only("scopes", "authorizer", "cedar")
    given = reader.members("scopes", "cedar")
    if len(given) != 1:
        raise Problem(f"{reader.place} needs either scopes or cedar.")
    if "scopes" in given:
        authorizer = reader.one_of("authorizer", get_args(Authorizer), "http-api")
        return ScopeRule(cast("Authorizer", authorizer), reader.strings("scopes", ()))
    request = reader.object("cedar")
    request.only("action", "resource", "context")
    context = request.members("context").get("context", {})
    if not isinstance(context, Mapping):
        raise request.problem("context", "must be an object")
    return CedarRule(request.text("action"), request.text("resource"), context)


def _store(reader: Reader) -> PolicyStore:
    reader.only("policies", "principal_type", "group_type", "token", "entities")
    entities = reader.members("entities").get("entities", [])
    if not isinstance(entities, list) or not all(isinstance(each, Mapping) for each in entities):
        raise reader.problem("entities", "must be a list of objects")
    return PolicyStore(
        policies=reader.text("policies"),
        principal_type=reader.text("principal_type"),
        group_type=reader.text("group_type", "AWS::CognitoGroup"),
        token=cast("CedarToken", reader.one_of("token", get_args(CedarToken), "access")),
        entities=tuple(entities),
    )


def _expected(
    reader: Reader, personas: tuple[Persona, ...], actions: Mapping[str, object]
) -> dict[tuple[str, str], Decision]:
    """Every cell once: a decision nobody wrote down is one nobody thought of."""
    expect = reader.object("expect")
    names = [persona.name for persona in personas]
    expect.only(*names)
    expected: dict[tuple[str, str], Decision] = {}
    for name in names:
        row = expect.object(name)
        row.only(*actions)
        for action in actions:
            decision = row.one_of(action, _DECISIONS, "")
            if not decision:
                raise Problem(f"{row.place} has no decision for {action}.")
            expected[name, action] = cast("Decision", decision)
    return expected
